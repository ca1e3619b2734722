import type { PeerqlError } from './errors.ts';
import type { RoomEventsSubscription } from './generated/graphql.ts';
import type { RoomEnd } from './room-end.ts';

/** Everything that a room tells. */
export type RoomEvent = RoomEventsSubscription['roomEvents'];
export type RoomSnapshot = Extract<RoomEvent, { __typename: 'RoomSnapshot' }>;

/**
 * `connecting` before the first snapshot, `waiting` while the host has not let one in yet, `reconnecting` whenever the
 * socket is gone later.
 */
export type RoomLinkState = 'connecting' | 'waiting' | 'connected' | 'reconnecting' | 'ended';

export interface RoomLinkEvents {
  state: RoomLinkState;
  /** Each event of the room once, in order. */
  event: RoomEvent;
  /** A try to connect came to nothing, or the connection was lost. It is tried again. */
  setback: PeerqlError;
  end: RoomEnd;
}
