import type { Placed } from '../log.ts';
import type { AccountEntry, ShownCall } from '../person/entry.ts';
import type { SeenContact } from '../person/ports.ts';
import type { SessionExpiring } from '../signaling/event.ts';

/** The first event of an account: what its devices need to know, as it is now. */
export interface AccountSnapshot extends Placed {
  readonly type: 'AccountSnapshot';
  /** The calls that the person is in or that ring. */
  readonly calls: readonly ShownCall[];
  readonly contacts: readonly SeenContact[];
  /** Whether the device continues and every missed event follows. */
  readonly recovered: boolean;
}

/** The person has seen their calls on one of their devices. Its cursor is that of the event before it. */
export interface CallsSeen extends Placed {
  readonly type: 'CallsSeen';
  readonly until: Date;
}

/** What a subscription to an account's events yields. */
export type AccountEvent = AccountEntry | AccountSnapshot | CallsSeen | SessionExpiring;
