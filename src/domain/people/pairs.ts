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
 * @param check may refuse by throwing; it is asked only if something changes: before the change is stored, and again
 *   after that, when it can see what others have done at the same time. Then the change is taken back.
 */
export async function act(
  contacts: ContactStore,
  what: ContactAct,
  { userId, otherId, at }: { readonly userId: string; readonly otherId: string; readonly at: Date },
  check: Check = async () => {},
): Promise<Decided> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await contacts.find(userId, otherId);
    const before = standingOf(stored, userId);
    const now = afterAct(what, before);
    if (now.mine === before.mine && now.theirs === before.theirs) {
      return { before, now, since: stored?.since ?? at };
    }
    await check(before, now, 'before');
    const written = await write(contacts, stored, { userId, otherId, at, now });
    if (written === null) continue;
    try {
      await check(before, now, 'after');
    } catch (error) {
      // If the other has changed it meanwhile, it stays: what they were told must be true.
      if (written !== 'removed') await takeBack(contacts, written, stored);
      throw error;
    }
    return { before, now, since: at };
  }
  throw new UnavailableError('Too many changes at once; try again in a moment.');
}

/** May refuse by throwing. */
export type Check = (before: Standing, now: Standing, when: 'before' | 'after') => Promise<void>;

async function takeBack(
  contacts: ContactStore,
  written: ContactPair,
  stored: ContactPair | null,
): Promise<void> {
  if (stored === null) await contacts.remove(written);
  else await contacts.put({ ...stored, revision: newId() }, written.revision);
}

/** Resolves to what is stored now; null: it was not written, because somebody else was faster. */
async function write(
  contacts: ContactStore,
  stored: ContactPair | null,
  changed: {
    readonly userId: string;
    readonly otherId: string;
    readonly at: Date;
    readonly now: Standing;
  },
): Promise<ContactPair | 'removed' | null> {
  const { userId, otherId, at, now } = changed;
  if (stored !== null && now.mine === 'NONE' && now.theirs === 'NONE') {
    return (await contacts.remove(stored)) ? 'removed' : null;
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
  return (await contacts.put(pair, stored?.revision ?? null)) ? pair : null;
}
