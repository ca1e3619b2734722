import type { Followed, Log, LogOptions } from '../../src/domain/log.ts';
import { Mailbox } from '../../src/domain/mailbox.ts';
import type { ManualClock } from '../kit/manual-clock.ts';
import { type CounterEntry, type CounterKind, join } from './counter.ts';

/** What the suite runs over: one log of counters, with the clock that it goes by. */
export interface CounterLogUnderTest {
  readonly log: Log<CounterKind>;
  readonly clock: ManualClock;
  /** Resolves when everything that was done so far has come through the mailboxes. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export type MakeCounterLog = (options: LogOptions) => Promise<CounterLogUnderTest>;

export const KEY = 'c'.repeat(16);
export const OTHER_KEY = 'd'.repeat(16);
export const LOG_BOUNDS: LogOptions = {
  replayEvents: 20,
  replayBytes: 10_000,
  replayMs: 10_000,
  graceMs: 5000,
  historyMessages: 5,
};

/** Somebody who follows a counter, by one mailbox. */
export class CounterReader {
  readonly entries: CounterEntry[] = [];
  outcome: 'open' | 'ended' | 'overflowed' = 'open';

  constructor(
    readonly followed: Followed<CounterKind, number>,
    readonly mailbox: Mailbox<CounterEntry>,
  ) {
    mailbox.attach({
      deliver: (entry) => {
        this.entries.push(entry);
        mailbox.receivedThrough = entry.position;
        return true;
      },
      ended: () => {
        this.outcome = 'ended';
      },
      overflowed: () => {
        this.outcome = 'overflowed';
      },
    });
    mailbox.open(followed.missed);
  }

  counts(): number[] {
    return this.entries.flatMap((entry) => (entry.type === 'counted' ? [entry.count] : []));
  }

  said(): string[] {
    return this.entries.flatMap((entry) => (entry.type === 'said' ? [entry.text] : []));
  }
}

/** Follows a counter as a member, with the id that the follower is known by again. */
export async function follow(
  { log }: CounterLogUnderTest,
  member: string,
  given: { id?: string; after?: string | null; key?: string; session?: string } = {},
): Promise<CounterReader> {
  const { id = `stay of ${member}`, after = null, key = KEY, session } = given;
  const mailbox = new Mailbox<CounterEntry>(1000);
  const decide = join(id.replaceAll(' ', '-'), member, session);
  return new CounterReader(await log.follow(key, decide, { inbox: mailbox, after }), mailbox);
}

export function said(text: string) {
  return { type: 'said', text } as const;
}
