import type { PeerqlError } from './errors.ts';
import type { RoomEventsSubscription } from './generated/graphql.ts';
import type { RoomEnd } from './room-end.ts';

/** Any event of a room. */
export type RoomEvent = RoomEventsSubscription['roomEvents'];
export type RoomSnapshot = Extract<RoomEvent, { __typename: 'RoomSnapshot' }>;

/**
 * `connecting` before the first snapshot, `waiting` until the host lets the caller in, `reconnecting` whenever the
 * socket is lost later.
 */
export type RoomLinkState = 'connecting' | 'waiting' | 'connected' | 'reconnecting' | 'ended';

export interface RoomLinkEvents {
  state: RoomLinkState;
  /** Each event of the room once, in order. */
  event: RoomEvent;
  /** An attempt to connect failed, or the connection was lost. The link tries again. */
  setback: PeerqlError;
  end: RoomEnd;
}
