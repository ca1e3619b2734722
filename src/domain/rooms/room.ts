import type { User } from '../accounts/account.ts';

/** Who may join: OPEN: everybody who has the room's id. KNOCK: those whom the host admits. LOCKED: nobody new. */
export type RoomAccess = 'OPEN' | 'KNOCK' | 'LOCKED';

/** What everybody in a room may know about it. The room log knows who is in it now. */
export interface VisibleRoom {
  /** 16 lower-case hex characters, 64 random bits. Everybody who has it may ask for the room. */
  readonly id: string;
  readonly name: string | null;
  /** Only the owner changes the room's settings and closes it, whether in the room or not. */
  readonly owner: User;
  /** How many participants may be in it at once. */
  readonly capacity: number;
  readonly access: RoomAccess;
  /** Whether people without an account may enter with a name. */
  readonly allowGuests: boolean;
  /** Whether clients send media only through TURN servers, so that no participant learns another's address. */
  readonly relayOnly: boolean;
  /** Grows by one with each change of its settings. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Moves later while the room is used. */
  readonly expiresAt: Date;
}

/** Somebody who may not enter a room any more. */
export interface Ban {
  readonly userId: string;
  /** The mark ({@link markOf}) of the address that a banned guest came from; null if guests from there may enter. */
  readonly address: string | null;
  /** The mark of the device that a banned user came with; null if it had no cookie. */
  readonly device: string | null;
}

/** A room as it is stored. */
export interface Room extends VisibleRoom {
  /** Those who may not enter any more. Only the owner sees who they are. */
  readonly banned: readonly Ban[];
}

/** The settings that an owner may change. */
export type RoomSettings = Partial<
  Pick<VisibleRoom, 'name' | 'capacity' | 'access' | 'allowGuests' | 'relayOnly'>
>;

/** The room without what only the owner may see. */
export function visible({ banned: _, ...room }: Room): VisibleRoom {
  return room;
}

/** Whether a room has these settings already. */
export function hasSettings(
  room: VisibleRoom,
  { name, capacity, access, allowGuests, relayOnly }: RoomSettings,
): boolean {
  return (
    (name === undefined || name === room.name) &&
    (capacity === undefined || capacity === room.capacity) &&
    (access === undefined || access === room.access) &&
    (allowGuests === undefined || allowGuests === room.allowGuests) &&
    (relayOnly === undefined || relayOnly === room.relayOnly)
  );
}
