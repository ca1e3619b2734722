import { UnavailableError } from '../errors.ts';
import { newId } from '../identifier.ts';
import type { ContactPair, ContactStore } from './ports.ts';
import { afterAct, type ContactAct, STRANGERS, type Standing } from './stance.ts';

/** How often a change is decided again because the other person changed the pair at the same time. */
const ATTEMPTS = 50;

/** What somebody did about another, and how the two stood before and stand now, as the first one sees it. */
export interface Decided {
  readonly before: Standing;
  readonly now: Standing;
  /** When it changed last. */
  readonly since: Date;
}

/** How the two of a pair stand, as one of them sees it. */
export function standingOf(pair: ContactPair | null, userId: string): Standing {
  if (pair === null) return STRANGERS;
  const { one, stanceOfOne, stanceOfTwo } = pair;
  return one === userId
    ? { mine: stanceOfOne, theirs: stanceOfTwo }
    : { mine: stanceOfTwo, theirs: stanceOfOne };
}

/** The other of a pair. */
export function otherOf({ one, two }: ContactPair, userId: string): string {
  return one === userId ? two : one;
}

/**
 * Does something about another person. It is decided from what is stored, and again if the other has changed that
 * meanwhile: of two who do something at once, one comes first.
 *
 * @param check may refuse by throwing; it is asked only if something changes
 */
export async function act(
  contacts: ContactStore,
  what: ContactAct,
  { userId, otherId, at }: { readonly userId: string; readonly otherId: string; readonly at: Date },
  check: (before: Standing, now: Standing) => Promise<void> = async () => {},
): Promise<Decided> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await contacts.find(userId, otherId);
    const before = standingOf(stored, userId);
    const now = afterAct(what, before);
    if (now.mine === before.mine && now.theirs === before.theirs) {
      return { before, now, since: stored?.since ?? at };
    }
    await check(before, now);
    if (await write(contacts, stored, { userId, otherId, at, now })) {
      return { before, now, since: at };
    }
  }
  throw new UnavailableError('Too many changes at once; try again in a moment.');
}

async function write(
  contacts: ContactStore,
  stored: ContactPair | null,
  changed: {
    readonly userId: string;
    readonly otherId: string;
    readonly at: Date;
    readonly now: Standing;
  },
): Promise<boolean> {
  const { userId, otherId, at, now } = changed;
  if (stored !== null && now.mine === 'NONE' && now.theirs === 'NONE') {
    return contacts.remove(stored);
  }
  const isOne = userId < otherId;
  const pair: ContactPair = {
    one: isOne ? userId : otherId,
    two: isOne ? otherId : userId,
    stanceOfOne: isOne ? now.mine : now.theirs,
    stanceOfTwo: isOne ? now.theirs : now.mine,
    // Whoever asked sees the time of the request: it must not tell that it was declined.
    since: now.mine === 'DECLINES' && stored !== null ? stored.since : at,
    revision: newId(),
  };
  return contacts.put(pair, stored?.revision ?? null);
}
