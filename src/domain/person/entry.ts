import type { User } from '../accounts/account.ts';
import { type Call, type CallEndReason, rings } from '../call/call.ts';
import type { Placed } from '../log.ts';
import type { Presence, SeenContact } from './ports.ts';

/** A call at the moment at which it is shown, so that a reader can be told how long it still rings. */
export interface ShownCall extends Call {
  /** Milliseconds since the Unix epoch, by the store's clock. */
  readonly shownAt: number;
}

/** How long a call still rings, in milliseconds. */
export function remainingMs(call: ShownCall): number {
  return rings(call) ? Math.max(0, call.expiresAt - call.shownAt) : 0;
}

/** What all devices of a person are told. */
export type AccountChange =
  /** Somebody rings the person. */
  | {
      readonly type: 'CallRinging';
      readonly call: Call;
      /** Whether it knocks: the person is in another call, or another one rings. Missing in old entries. */
      readonly waiting?: boolean;
    }
  /** A call of the person has begun or changed. */
  | { readonly type: 'CallUpdated'; readonly call: Call }
  /** A call has ended, at least for the person. */
  | { readonly type: 'CallEnded'; readonly call: Call; readonly reason: CallEndReason }
  /** How another user is a contact now; null: not any more. */
  | {
      readonly type: 'ContactUpdated';
      readonly userId: string;
      readonly contact: SeenContact | null;
    }
  | { readonly type: 'PresenceChanged'; readonly user: User; readonly presence: Presence };

/** A change as it is in a log. */
export type ToldChange = AccountChange & {
  /** How far the time of the log is ahead of the clock by which calls ring; missing for nothing. In milliseconds. */
  readonly aheadMs?: number;
};

/** Every device is told everything. */
type ForAll = Placed & { readonly to: null; readonly except: string | null };

type Shown<Change> = Change extends { readonly call: Call }
  ? Omit<Change, 'call'> & { readonly call: ShownCall }
  : Change;

/** An entry of a person's log. */
export type AccountEntry = Shown<AccountChange> & ForAll;

/** About how many bytes an entry takes without the legs of its call. */
const ENTRY_BYTES = 1000;
const LEG_BYTES = 200;

export function place(
  body: ToldChange,
  cursor: string,
  position: number,
  at: number,
  except: string | null,
): AccountEntry {
  switch (body.type) {
    // These come with each call, so they list their fields, see `Aggregate.place`.
    case 'CallRinging': {
      const { type, waiting = false, aheadMs = 0 } = body;
      const call = showAt(body.call, at - aheadMs);
      return { type, call, waiting, cursor, position, at, to: null, except };
    }
    case 'CallUpdated': {
      const { type, aheadMs = 0 } = body;
      const call = showAt(body.call, at - aheadMs);
      return { type, call, cursor, position, at, to: null, except };
    }
    case 'CallEnded': {
      const { type, reason, aheadMs = 0 } = body;
      const call = showAt(body.call, at - aheadMs);
      return { type, call, reason, cursor, position, at, to: null, except };
    }
    default: {
      const { aheadMs: _aheadMs, ...told } = body;
      return { ...told, cursor, position, at, to: null, except };
    }
  }
}

/** A call as it is shown at this moment. */
export function showAt(call: Call, shownAt: number): ShownCall {
  const { id, revision, room, caller, media, state, legs } = call;
  const { createdAt, expiresAt, answeredAt, endedAt, reason } = call;
  return {
    id,
    revision,
    room,
    caller,
    media,
    state,
    createdAt,
    expiresAt,
    answeredAt,
    endedAt,
    reason,
    legs,
    shownAt,
  };
}

/** The same entry for somebody who reads it later. */
export function shownAt(entry: AccountEntry, at: number): AccountEntry {
  return 'call' in entry ? { ...entry, call: showAt(entry.call, at) } : entry;
}

export function weigh(entry: AccountEntry): number {
  return ENTRY_BYTES + ('call' in entry ? entry.call.legs.length * LEG_BYTES : 0);
}
