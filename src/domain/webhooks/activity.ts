import type { Call } from '../call/call.ts';
import type { RoomActivity } from '../room/live-rooms.ts';

/** What happened to a call, for receivers outside. */
export type CallActivity = {
  readonly call: Call;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
} & (
  | { readonly type: 'call.ended' }
  /** For one callee: their devices ring, they have answered, or they have missed the call. */
  | {
      readonly type: 'call.ringing' | 'call.answered' | 'call.missed';
      readonly userId: string;
    }
);

export type Activity = RoomActivity | CallActivity;
