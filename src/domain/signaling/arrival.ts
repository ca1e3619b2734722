import type { Caller } from '../accounts/sessions.ts';
import type { Mailbox } from '../mailbox.ts';
import type { Entrance } from '../room/entering.ts';
import type { FirstOffer } from '../room/entry.ts';
import type { MediaState } from '../room/participant.ts';
import { rulesOf } from '../room/rules.ts';
import { markOf } from '../rooms/bans.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomRequest } from '../rooms/rooms.ts';
import type { RoomEvent } from './event.ts';
import type { JoiningClient } from './joining-client.ts';

export interface JoinRequest extends RoomRequest {
  readonly clientKey: string | null;
  readonly after: string | null;
  readonly takeOver: boolean;
  readonly media: MediaState | null;
}

/** A request to join, with the first offer, which is not kept while the caller waits for the host. */
export interface OfferingRequest extends JoinRequest {
  /** The SDP; null for none. */
  readonly offer: string | null;
}

/** A join that is under way. */
export interface Arrival {
  readonly caller: Caller;
  readonly request: JoinRequest;
  readonly client: JoiningClient;
  readonly mailbox: Mailbox<RoomEvent>;
}

/** How a caller enters the room. @param pass the knock that was admitted; null if none was */
export function entranceOf(
  caller: Caller,
  request: JoinRequest,
  room: Room,
  pass: string | null,
  offer: FirstOffer | null = null,
): Entrance {
  const { roomId, clientKey, after, takeOver, media } = request;
  return {
    roomId,
    clientKey,
    after,
    takeOver,
    media,
    offer,
    rules: rulesOf(room),
    banned: room.banned,
    address: markOf(roomId, caller.address),
    device: caller.device === null ? null : markOf(roomId, caller.device),
    pass,
    user: { id: caller.accountId, name: caller.name, isGuest: caller.guestOf !== null },
    granted: caller.grant?.roomId === roomId ? caller.grant.role : null,
    sessionId: caller.sessionId,
  };
}

/** A key that is the same for all connections of one client; null if the client gives no key. */
export function nameOf({ caller, request: { roomId, clientKey } }: Arrival): string | null {
  return clientKey === null ? null : `${caller.accountId} ${roomId} ${clientKey}`;
}
