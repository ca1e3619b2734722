import type { User } from '../accounts/account.ts';
import { type Call, type CallLeg, concerns, earlierOf, legOf } from '../call/call.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { Progress, Reached } from '../call/ringing.ts';
import { type CallRecord, type Work, workOf } from '../call/state.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Acquaintances, CallHistory, Pushes } from '../person/ports.ts';

/** How often a callee is asked again who seemed to ring the caller but does not (any more). */
const CLAIMS = 5;
/** How often the work of a call is looked at in one go: each change makes some more of it. */
const ROUNDS = 20;

/** Ends what was made for a call. */
export interface CallRooms {
  /** Closes the room of an ended call, unless others are in it. */
  closeAfter(call: Call): Promise<void>;
}

/**
 * Does what follows from a decision about a call outside of its log: people are claimed and told, the end is settled.
 * All of it may be done twice, or by several nodes at once. If a node fails or dies before it has finished, the log of
 * the call starts the work again, see `CallRecord.pursueAt`.
 */
export class Pursuit {
  readonly #calls: LiveCalls;
  readonly #persons: LivePersons;
  readonly #pushes: Pushes;
  readonly #acquaintances: Pick<Acquaintances, 'allowsWaiting'>;
  readonly #history: CallHistory;
  readonly #rooms: CallRooms;
  /** The calls that are pursued here now. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(parts: {
    calls: LiveCalls;
    persons: LivePersons;
    pushes: Pushes;
    acquaintances: Pick<Acquaintances, 'allowsWaiting'>;
    history: CallHistory;
    rooms: CallRooms;
  }) {
    this.#calls = parts.calls;
    this.#persons = parts.persons;
    this.#pushes = parts.pushes;
    this.#acquaintances = parts.acquaintances;
    this.#history = parts.history;
    this.#rooms = parts.rooms;
  }

  /** Resolves when nothing is left to do for a call. @throws UnavailableError */
  async pursue(callId: string): Promise<void> {
    // A run that is under way may have begun before the change that needs this one.
    await this.#running.get(callId)?.catch(() => {});
    const running = this.#running.get(callId) ?? this.#begin(callId);
    await running;
  }

  /** Tells the devices of a user how a call is now. @throws UnavailableError */
  async tell(call: Call, userId: string): Promise<void> {
    await this.#tell(call, [userId]);
  }

  /** Resolves when nothing is being done here. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  #begin(callId: string): Promise<void> {
    const running = this.#rounds(callId).finally(() => this.#running.delete(callId));
    this.#running.set(callId, running);
    return running;
  }

  async #rounds(callId: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const record = await this.#calls.read(callId);
      const work = record === null ? null : workOf(record);
      if (record === null || work === null) return;
      if (!(await this.#once(record, work))) return;
    }
  }

  /** Answers whether there may be more to do. */
  async #once(record: CallRecord, work: Work): Promise<boolean> {
    const { call } = record;
    if (work.claim) {
      const claimed = await this.#claim(call);
      if (claimed === 'refused') return false;
      if (claimed === 'merged') return true;
    }
    if (record.mergedInto !== null && work.settle) await this.#goOnIn(record.mergedInto, call);
    const reached = await Promise.all(work.reach.map((leg) => this.#reach(call, leg)));
    await this.#tell(call, work.tell);
    if (work.settle) await this.#settle(record);
    const told = [...work.tell, ...(work.claim ? [call.caller.id] : [])];
    const rung = reached.filter(({ how }) => how === 'RINGING').map(({ userId }) => userId);
    const revisions = [...told, ...rung].map((userId) => [userId, call.revision] as const);
    const done: Progress = {
      claimed: work.claim,
      reached,
      told: Object.fromEntries(revisions),
      settled: work.settle,
    };
    await this.#calls.progress(call.id, done);
    for (const userId of rung) this.#pushes.ring(userId, call);
    return true;
  }

  async #claim(call: Call): Promise<'claimed' | 'refused' | 'merged'> {
    for (let attempt = 0; attempt < CLAIMS; attempt += 1) {
      const claim = await this.#persons.claimCaller(call);
      if (claim.how === 'CLAIMED') return 'claimed';
      if (claim.how === 'MUTUAL') {
        // The other call rings at both sides already.
        await this.#calls.mergeInto(call.id, claim.other.id);
        return 'merged';
      }
      if (claim.how !== 'BUSY' || !(await this.#isOver(claim.other, call.caller))) break;
    }
    // Another node may have claimed the caller meanwhile.
    if (!(await this.#persons.refuseCaller(call))) return 'claimed';
    await this.#calls.abandon(call);
    return 'refused';
  }

  async #reach(call: Call, { user }: CallLeg): Promise<Reached> {
    const wait = await this.#pushes.has(user.id);
    let knock = false;
    for (let attempt = 0; attempt < CLAIMS; attempt += 1) {
      const claim = await this.#persons.claimCallee(user, call, { wait, knock });
      if (claim.how === 'UNREACHABLE') return { userId: user.id, how: claim.how };
      // If the call is over, the next round sees it.
      if (claim.how === 'CLAIMED' || claim.how === 'OVER')
        return { userId: user.id, how: 'RINGING' };
      if (claim.how === 'BUSY') {
        if (await this.#isOver(claim.other, user)) continue;
        if (knock || !(await this.#acquaintances.allowsWaiting(user.id))) break;
        knock = true;
      } else if (await this.#merge(call, claim.other)) {
        return { userId: user.id, how: 'RINGING' };
      }
    }
    return { userId: user.id, how: 'BUSY' };
  }

  /** Whether a call has ended for a user, whose log did not know yet; now it does. */
  async #isOver(other: Call, user: User): Promise<boolean> {
    const record = await this.#calls.read(other.id);
    if (record === null) await this.#persons.drop(user.id, other.id);
    else if (concerns(record.call, user.id)) return false;
    else await this.#persons.hear(user, record.call);
    return true;
  }

  /** Two people ring each other. Answers whether one of the two calls has ended for the other. */
  async #merge(call: Call, other: Call): Promise<boolean> {
    const stays = earlierOf(call, other);
    const ends = stays === call ? other : call;
    if (await this.#calls.mergeInto(ends.id, stays.id)) {
      await this.#goOnIn(stays.id, ends);
      return true;
    }
    // It has been answered, or has ended: the person may not have heard of it yet.
    await this.#isOver(ends, ends.caller);
    return ends === call;
  }

  /** The caller of `ended` is in the call that goes on. */
  async #goOnIn(callId: string, ended: Call): Promise<void> {
    const { caller } = ended;
    if (!(await this.#calls.acceptByRinging(callId, caller.id))) return;
    const record = await this.#calls.read(callId);
    // They hear of the one that goes on before they hear that theirs has ended.
    if (record === null) return;
    await this.#tell(record.call, [caller.id]);
    this.#pushes.end(caller.id, record.call);
  }

  async #tell(call: Call, userIds: readonly string[]): Promise<void> {
    await Promise.all(userIds.map((id) => this.#persons.hear(userOf(call, id), call)));
  }

  async #settle({ call, ownRoom, reached }: CallRecord): Promise<void> {
    for (const userId of reached) if (rangToTheEnd(call, userId)) this.#pushes.end(userId, call);
    // Of two calls that became one, only one is kept.
    if (call.reason !== 'MERGED') await this.#history.record(call);
    if (ownRoom) await this.#rooms.closeAfter(call);
  }
}

/** Whether a call rang for somebody until it ended. Others were told when they answered. */
function rangToTheEnd(call: Call, userId: string): boolean {
  const leg = legOf(call, userId);
  if (leg === null || leg.state === 'ACCEPTED') return false;
  return leg.state !== 'DECLINED' || leg.at === call.endedAt;
}

function userOf(call: Call, userId: string): User {
  return legOf(call, userId)?.user ?? call.caller;
}
