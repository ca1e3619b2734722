import { type Call, legOf } from '../call/call.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { Reached } from '../call/ringing.ts';
import { asks, type CallRecord, tells, type Work } from '../call/state.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Acquaintances, CallHistory, Pushes } from '../person/ports.ts';
import { Lane } from './lane.ts';
import { Reaching } from './reaching.ts';
import { Telling } from './telling.ts';

/** Ends what was made for a call. */
export interface CallRooms {
  /** Closes the room of an ended call, unless others are in it. */
  closeAfter(call: Call): Promise<void>;
}

/**
 * Does what follows from a decision about a call outside of its log: people are claimed and told, the end is settled.
 * All of it may be done twice, or by several nodes at once. What one does not finish, because it fails or dies, the log
 * of the call has done again, see `CallRecord.pursueAt`.
 *
 * Everybody who can be told is told at once. Asking whether somebody can be rung may have to wait for the store, and
 * must not keep other devices ringing.
 */
export class Pursuit {
  readonly #calls: LiveCalls;
  readonly #pushes: Pushes;
  readonly #history: CallHistory;
  readonly #rooms: CallRooms;
  readonly #telling: Telling;
  readonly #reaching: Reaching;
  readonly #asks: Lane;
  readonly #tells: Lane;

  constructor(parts: {
    calls: LiveCalls;
    persons: LivePersons;
    pushes: Pushes;
    acquaintances: Pick<Acquaintances, 'allowsWaiting'>;
    history: CallHistory;
    rooms: CallRooms;
  }) {
    this.#calls = parts.calls;
    this.#pushes = parts.pushes;
    this.#history = parts.history;
    this.#rooms = parts.rooms;
    this.#telling = new Telling(parts);
    this.#reaching = new Reaching({ ...parts, telling: this.#telling });
    const read = (callId: string) => this.#calls.read(callId);
    this.#asks = new Lane(read, asks, ({ call }, work) => this.#ask(call, work));
    this.#tells = new Lane(read, tells, (record, work) => this.#tell(record, work));
  }

  /** Resolves when nothing is left to do for a call. @throws UnavailableError */
  async pursue(callId: string): Promise<void> {
    await this.asked(callId);
    await this.told(callId);
  }

  /** Resolves when it is known who of a call can be rung. @throws UnavailableError */
  asked(callId: string): Promise<void> {
    return this.#asks.run(callId);
  }

  /** Resolves when everybody who can be told how a call is now has been told. @throws UnavailableError */
  told(callId: string): Promise<void> {
    return this.#tells.run(callId);
  }

  /** Tells the devices of a user how a call is now. @throws UnavailableError */
  async tell(call: Call, userId: string): Promise<void> {
    await this.#telling.tell(call, [userId]);
  }

  /** Resolves when nothing is being done here. */
  async settled(): Promise<void> {
    await this.#asks.settled();
    await this.#tells.settled();
  }

  async #ask(call: Call, { claim, reach }: Work): Promise<boolean> {
    if (claim) {
      const claimed = await this.#reaching.claimCaller(call);
      if (claimed !== 'claimed') return claimed === 'merged';
    }
    // Each answer is noted as soon as it is there, because a person's state is told to the others only then.
    const noted = reach.map(async (leg) =>
      this.#note(call, claim, [await this.#reaching.reach(call, leg)]),
    );
    await Promise.all(reach.length > 0 ? noted : [this.#note(call, claim, [])]);
    return true;
  }

  async #note(call: Call, claimed: boolean, reached: readonly Reached[]): Promise<void> {
    const rung = reached.filter(({ how }) => how === 'RINGING').map(({ userId }) => userId);
    const told = toldOf(call, claimed ? [call.caller.id, ...rung] : rung);
    const now = await this.#calls.progress(call.id, { claimed, reached, told });
    for (const userId of rung) if (isRung(now, userId)) this.#pushes.ring(userId, call);
  }

  async #tell(record: CallRecord, { tell, settle }: Work): Promise<boolean> {
    const { call } = record;
    if (record.mergedInto !== null && settle) await this.#telling.goOnIn(record.mergedInto, call);
    await this.#telling.tell(call, tell);
    if (settle) await this.#settle(record);
    await this.#calls.progress(call.id, { told: toldOf(call, tell), settled: settle });
    return true;
  }

  async #settle({ call, ownRoom, reached }: CallRecord): Promise<void> {
    for (const userId of reached) if (rangToTheEnd(call, userId)) this.#pushes.end(userId, call);
    await Promise.all([
      // Of two calls that became one, only one is kept.
      call.reason === 'MERGED' ? undefined : this.#history.record(call),
      ownRoom ? this.#rooms.closeAfter(call) : undefined,
    ]);
  }
}

function toldOf({ revision }: Call, userIds: readonly string[]): Record<string, number> {
  return Object.fromEntries(userIds.map((userId) => [userId, revision]));
}

/** Whether a call rings for somebody: it may have ended while they were asked. */
function isRung(call: Call | null, userId: string): boolean {
  return call !== null && legOf(call, userId)?.state === 'RINGING';
}

/** Whether a call rang for somebody until it ended. Others were told when they answered. */
function rangToTheEnd(call: Call, userId: string): boolean {
  const leg = legOf(call, userId);
  if (leg === null || leg.state === 'ACCEPTED') return false;
  return leg.state !== 'DECLINED' || leg.at === call.endedAt;
}
