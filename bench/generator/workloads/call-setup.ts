import { Samples } from '../../harness/statistics.ts';
import type { Participant, Protocol } from '../participant.ts';
import { candidateJson, sdpJson } from '../payload.ts';
import {
  type Budget,
  eventually,
  Faults,
  type Figures,
  inParallel,
  type Workload,
} from './workload.ts';

export interface CallSetupOptions {
  /** How many calls are set up at the same time. */
  pairs: number;
  /** How many candidates one message has; 20 are sent in each direction. */
  batch: number;
}

const candidatesEachWay = 20;
const offer = sdpJson('offer');
const answer = sdpJson('answer');

/** Two people who call each other again and again, in a separate room. */
class Pair {
  /** Joins first and answers. */
  readonly callee: Participant;
  /** Joins second and offers, as the newcomer does in perfect negotiation. */
  readonly caller: Participant;
  readonly room: string;
  readonly #faults: Faults;
  readonly #batch: number;
  readonly #presence: boolean;
  readonly #acknowledged: boolean;
  #candidates = 0;
  #described = 0;
  #done: (() => void) | null = null;
  #left: (() => void) | null = null;

  constructor(
    protocol: Protocol,
    caller: Participant,
    callee: Participant,
    room: string,
    batch: number,
    faults: Faults,
  ) {
    this.caller = caller;
    this.callee = callee;
    this.room = room;
    this.#batch = batch;
    this.#faults = faults;
    this.#presence = protocol.presence;
    this.#acknowledged = protocol.acknowledges;
    caller.hooks = {
      ...this.#hooks(1),
      answer: (from) => this.#description(from, callee),
    };
    callee.hooks = {
      ...this.#hooks(0),
      offer: (from) => {
        this.#description(from, caller);
        callee.sendAnswer(from, answer);
        this.#trickle(callee, from, 0);
      },
      left: () => this.#left?.(),
    };
  }

  /** One call, from the first join until both have everything; resolves when both have left. */
  async call(took: (milliseconds: number) => void): Promise<void> {
    const start = performance.now();
    this.#candidates = 0;
    this.#described = 0;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    await this.callee.join(this.room);
    const { others } = await this.caller.join(this.room);
    if (others.length !== 1 || others[0] !== this.callee.id) {
      this.#faults.add(`the newcomer saw ${JSON.stringify(others)}`);
    }
    this.caller.sendOffer(this.callee.id, offer);
    this.#trickle(this.caller, this.callee.id, 1);
    await done;
    took(performance.now() - start);
    const left = new Promise<void>((resolve) => {
      this.#left = resolve;
    });
    this.caller.leave();
    if (this.#presence) await left;
    this.callee.leave();
  }

  close(): void {
    for (const participant of [this.caller, this.callee]) {
      participant.hooks = { ...participant.hooks, failed() {}, left() {} };
      participant.close();
    }
  }

  #hooks(self: number) {
    let due = 0;
    const add = this.#faults.add;
    return {
      candidate: (sender: number, order: number) => {
        if (sender === self) add('a candidate came back to its sender');
        if (order !== due) {
          if (order < due) this.#faults.repeated++;
          else this.#faults.reordered++;
        }
        due = (order + 1) % candidatesEachWay;
        this.#candidates++;
        this.#progress();
      },
      acknowledged: () => this.#progress(),
      offer: add,
      answer: add,
      joined() {},
      left() {},
      updated: () => add('an update that nobody asked for'),
      failed: add,
    };
  }

  #description(from: string, expected: Participant): void {
    if (from !== expected.id) this.#faults.add(`a description from ${from}`);
    this.#described++;
    this.#progress();
  }

  #trickle(from: Participant, to: string, sender: number): void {
    for (let first = 0; first < candidatesEachWay; first += this.#batch) {
      let candidates = candidateJson(sender, first);
      for (let extra = 1; extra < this.#batch; extra++) {
        candidates += `,${candidateJson(sender, first + extra)}`;
      }
      from.sendCandidates(to, candidates);
    }
  }

  #progress(): void {
    if (this.#described < 2 || this.#candidates < 2 * candidatesEachWay) return;
    if (this.#acknowledged && !(this.caller.settled() && this.callee.settled())) return;
    this.#done?.();
    this.#done = null;
  }
}

/** Complete calls, again and again: join, offer, answer, candidates in both directions, leave. */
export class CallSetup implements Workload {
  readonly #protocol: Protocol;
  readonly #options: CallSetupOptions;
  readonly #faults = new Faults();
  readonly #pairs: Pair[] = [];

  constructor(protocol: Protocol, options: CallSetupOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const numbers = Array.from({ length: this.#options.pairs }, (_, pair) => pair);
    await inParallel(numbers, 16, async (pair) => {
      const room = await this.#protocol.createRoom(2 * pair, 2);
      // The room's owner joins first and leaves last, so that no role changes.
      const callee = this.#protocol.participant(2 * pair);
      const caller = this.#protocol.participant(2 * pair + 1);
      await Promise.all([caller.open(), callee.open()]);
      this.#pairs.push(
        new Pair(this.#protocol, caller, callee, room, this.#options.batch, this.#faults),
      );
    });
  }

  async run({ seconds }: Budget): Promise<Figures> {
    this.#faults.clear();
    const latency = new Samples();
    const start = performance.now();
    const end = start + seconds * 1000;
    let calls = 0;
    let underWay = 0;
    const again = async (pair: Pair) => {
      while (performance.now() < end && this.#faults.errors.length === 0) {
        underWay++;
        await pair.call((milliseconds) => latency.add(milliseconds));
        underWay--;
        calls++;
      }
    };
    const all = Promise.all(this.#pairs.map(again));
    await Promise.race([
      all,
      eventually(() => this.#faults.errors.length > 0, seconds * 1000 + 10_000),
    ]);
    const elapsed = (performance.now() - start) / 1000;
    return {
      units: calls,
      delivered: calls * (2 + 2 * candidatesEachWay),
      seconds: elapsed,
      lost: underWay,
      repeated: this.#faults.repeated,
      reordered: this.#faults.reordered,
      errors: [...this.#faults.errors],
      latency: latency.percentiles(),
      slip: null,
    };
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) pair.close();
  }
}
