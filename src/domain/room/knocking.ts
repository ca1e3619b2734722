import type { User } from '../accounts/account.ts';
import { RateLimitedError } from '../errors.ts';
import type { Knocking, Origin } from './state.ts';

/** The time within which knocks are counted, in milliseconds. */
const COUNTED_WITHIN_MS = 60_000;
/** The longest wait after a denial, and how long denials are remembered after it, in milliseconds. */
const LONGEST_DENIED_MS = 600_000;
/** Users and addresses that one room counts. When it is full, the one that may knock again soonest is forgotten. */
const COUNTED = 256;
const TOO_MANY = 'Too many knocks; wait before the next one.';

type Counts = readonly Knocking[];

/** Counts one more knock. @throws RateLimitedError if there were too many, or a denial was too recent */
export function countKnock(counts: Counts, who: string, perMinute: number, now: number): Counts {
  const before = find(counts, who);
  const paidAt = Math.max(now, before.paidAt) + COUNTED_WITHIN_MS / perMinute;
  const waitMs = Math.max(before.notBefore - now, paidAt - now - COUNTED_WITHIN_MS);
  if (waitMs > 0) throw new RateLimitedError(waitMs, TOO_MANY);
  return keep(counts, { ...before, paidAt }, now);
}

/** @throws RateLimitedError if a denial was too recent */
export function checkDenied(counts: Counts, who: string, now: number): void {
  const waitMs = find(counts, who).notBefore - now;
  if (waitMs > 0) throw new RateLimitedError(waitMs, TOO_MANY);
}

/**
 * As whom the knocks of somebody are denied: the user, and for a guest also whoever is a guest at the same address or on
 * the same device. Otherwise a guest would come back at once under another name.
 */
export function deniedAs({ user, address, device }: Origin & { readonly user: User }): string[] {
  const places = { '@': address, '#': device };
  const guests = Object.entries(places).flatMap(([mark, place]) =>
    user.isGuest && place !== null ? [`guests${mark}${place}`] : [],
  );
  return [user.id, ...guests];
}

/** Makes a denied user wait before the next knock, twice as long after each denial. */
export function countDenial(counts: Counts, who: string, deniedMs: number, now: number): Counts {
  const before = find(counts, who);
  const waitMs = Math.min(LONGEST_DENIED_MS, deniedMs * 2 ** before.denials);
  return keep(counts, { ...before, denials: before.denials + 1, notBefore: now + waitMs }, now);
}

/** The time from which a count can be forgotten, in milliseconds since the Unix epoch. */
export function countedUntil({ paidAt, notBefore, denials }: Knocking): number {
  return Math.max(paidAt, notBefore + (denials > 0 ? LONGEST_DENIED_MS : 0));
}

function find(counts: Counts, who: string): Knocking {
  const none = { who, paidAt: 0, denials: 0, notBefore: 0 };
  return counts.find((one) => one.who === who) ?? none;
}

function keep(counts: Counts, changed: Knocking, now: number): Counts {
  const kept = counts.filter((one) => one.who !== changed.who && countedUntil(one) > now);
  if (kept.length >= COUNTED) {
    const first = kept.reduce((one, other) =>
      countedUntil(other) < countedUntil(one) ? other : one,
    );
    kept.splice(kept.indexOf(first), 1);
  }
  return [...kept, changed];
}
