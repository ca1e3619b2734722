import type { User } from '../accounts/account.ts';

/** Who gets in: whoever holds the room's id, whom its host admits, or nobody new. */
export type RoomAccess = 'OPEN' | 'KNOCK' | 'LOCKED';

/** What everybody in a room may know of it. Who is in it now is the room log's to know. */
export interface VisibleRoom {
  /** 16 lower-case hex characters, 64 random bits. Who holds it may ask for the room. */
  readonly id: string;
  readonly name: string | null;
  /** The owner: changes its settings and closes it, in the room or not. */
  readonly owner: User;
  /** Participants at once. */
  readonly capacity: number;
  readonly access: RoomAccess;
  /** Whether people without an account may enter with a name. */
  readonly allowGuests: boolean;
  /** Whether clients send media through TURN servers alone, so that no participant learns another's address. */
  readonly relayOnly: boolean;
  /** Grows by one with each change of its settings. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Pushed on by use. */
  readonly expiresAt: Date;
}

/** Somebody who may not enter a room any more. */
export interface Ban {
  readonly userId: string;
  /** Marks the address that a banned guest came from, see {@link markOf}; null where guests of there may come. */
  readonly address: string | null;
  /** Marks the device that a banned user came with; null where it had no cookie. */
  readonly device: string | null;
}

/** A room as it is stored. */
export interface Room extends VisibleRoom {
  /** Those who may not enter any more; only the owner is shown who they are. */
  readonly banned: readonly Ban[];
}

/** What an owner may change of a room. */
export type RoomSettings = Partial<
  Pick<VisibleRoom, 'name' | 'capacity' | 'access' | 'allowGuests' | 'relayOnly'>
>;

/** The room without what nobody is shown. */
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
