import { type Call, type CallLeg, earlierOf } from '../call/call.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { Reached } from '../call/ringing.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Acquaintances, Pushes } from '../person/ports.ts';
import type { Telling } from './telling.ts';

/** How often a callee is asked again who seemed to ring the caller but does not (any more). */
const CLAIMS = 5;

/** Claims the people of a call, so that nobody is in two. */
export class Reaching {
  readonly #calls: LiveCalls;
  readonly #persons: LivePersons;
  readonly #telling: Telling;
  readonly #pushes: Pick<Pushes, 'has'>;
  readonly #acquaintances: Pick<Acquaintances, 'allowsWaiting'>;

  constructor(parts: {
    calls: LiveCalls;
    persons: LivePersons;
    telling: Telling;
    pushes: Pick<Pushes, 'has'>;
    acquaintances: Pick<Acquaintances, 'allowsWaiting'>;
  }) {
    this.#calls = parts.calls;
    this.#persons = parts.persons;
    this.#telling = parts.telling;
    this.#pushes = parts.pushes;
    this.#acquaintances = parts.acquaintances;
  }

  /** Puts the caller into the call. Merged: it goes on as a call in the other direction. @throws UnavailableError */
  async claimCaller(call: Call): Promise<'claimed' | 'refused' | 'merged'> {
    for (let attempt = 0; attempt < CLAIMS; attempt += 1) {
      const claim = await this.#persons.claimCaller(call);
      if (claim.how === 'CLAIMED') return 'claimed';
      if (claim.how === 'MUTUAL') {
        // The other call rings at both sides already.
        await this.#calls.mergeInto(call.id, claim.other.id);
        return 'merged';
      }
      if (claim.how !== 'BUSY' || !(await this.#telling.isOver(claim.other, call.caller))) break;
    }
    // Another node may have claimed the caller meanwhile.
    if (!(await this.#persons.refuseCaller(call))) return 'claimed';
    await this.#calls.abandon(call);
    return 'refused';
  }

  /** Lets the devices of a callee ring, if they can. @throws UnavailableError */
  async reach(call: Call, { user }: CallLeg): Promise<Reached> {
    const wait = await this.#pushes.has(user.id);
    let knock = false;
    for (let attempt = 0; attempt < CLAIMS; attempt += 1) {
      const claim = await this.#persons.claimCallee(user, call, { wait, knock });
      if (claim.how === 'UNREACHABLE') return { userId: user.id, how: claim.how };
      // If the call is over, the next round sees it.
      if (claim.how === 'CLAIMED' || claim.how === 'OVER')
        return { userId: user.id, how: 'RINGING' };
      if (claim.how === 'BUSY') {
        if (await this.#telling.isOver(claim.other, user)) continue;
        if (knock || !(await this.#acquaintances.allowsWaiting(user.id))) break;
        knock = true;
      } else if (await this.#merge(call, claim.other)) {
        return { userId: user.id, how: 'RINGING' };
      }
    }
    return { userId: user.id, how: 'BUSY' };
  }

  /** Two people ring each other. Answers whether one of the two calls has ended for the other. */
  async #merge(call: Call, other: Call): Promise<boolean> {
    const stays = earlierOf(call, other);
    const ends = stays === call ? other : call;
    if (await this.#calls.mergeInto(ends.id, stays.id)) {
      await this.#telling.goOnIn(stays.id, ends);
      return true;
    }
    // It has been answered, or has ended: the person may not have heard of it yet.
    await this.#telling.isOver(ends, ends.caller);
    return ends === call;
  }
}
