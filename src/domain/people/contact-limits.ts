import { RateLimitedError } from '../errors.ts';
import type { ContactList } from './contact-list.ts';
import type { Check } from './pairs.ts';
import { type Standing, stateOf } from './stance.ts';

/** Whether the limit is checked before something is added, or after it. */
export type When = Parameters<Check>[2];

/**
 * Whether the limit is reached (before adding) or exceeded (after adding). It is checked twice, because other servers may
 * add some at the same time.
 */
export function isTooMany(count: number, most: number, when: When): boolean {
  return when === 'before' ? count >= most : count > most;
}

/** Refuses a contact request if `most` requests already wait for an answer of the other. @throws RateLimitedError */
export async function mayWait(
  list: ContactList,
  asked: {
    readonly otherId: string;
    /** How the two stand now, from the side of the one who asks. */
    readonly now: Standing;
    readonly when: When;
    readonly most: number;
  },
): Promise<void> {
  const { otherId, now, when, most } = asked;
  if (stateOf({ mine: now.theirs, theirs: now.mine }) !== 'INCOMING') return;
  const { waiting } = await list.counts(otherId);
  if (isTooMany(waiting, most, when)) throw new RateLimitedError(60_000);
}
