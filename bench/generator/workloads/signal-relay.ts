import { Samples, seededRandom, shuffled } from '../../harness/statistics.ts';
import type { Participant, Protocol } from '../participant.ts';
import { candidateJson } from '../payload.ts';
import {
  type Budget,
  eventually,
  Faults,
  type Figures,
  inParallel,
  type Workload,
} from './workload.ts';

export interface SignalRelayOptions {
  pairs: number;
  /** How many candidates one message has. */
  batch: number;
  /** Messages under way at each participant (closed loop), or messages a second in all (open loop). */
  load: { inFlight: number } | { perSecond: number; waits?: 'polling' | 'sleeping' };
  seed: number;
  /** Whether the two of each pair are on different nodes. Default: spread evenly, as a load balancer would. */
  apart?: boolean;
}

/** One participant that sends to its partner, and what it has received from the partner. */
class Sender {
  readonly number: number;
  readonly participant: Participant;
  partner: Sender | null = null;
  partnerId = '';
  sent = 0;
  acknowledged = 0;
  /** How many messages of this sender its partner has received. */
  delivered = 0;
  /** The number of the next candidate that the partner has to send. */
  due = 0;
  readonly intended = new Float64Array(1 << 14);

  constructor(number: number, participant: Participant) {
    this.number = number;
    this.participant = participant;
  }
}

/** Pairs in rooms of their own relay candidates to each other. */
export class SignalRelay implements Workload {
  readonly #protocol: Protocol;
  readonly #options: SignalRelayOptions;
  readonly #senders: Sender[] = [];
  readonly #faults = new Faults();
  #latency = new Samples();
  #sending = false;

  constructor(protocol: Protocol, options: SignalRelayOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const pairs = Array.from({ length: this.#options.pairs }, (_, pair) => pair);
    await inParallel(pairs, 16, async (pair) => {
      const room = await this.#protocol.createRoom(2 * pair, 2);
      const { nodes } = this.#protocol;
      const further = this.#options.apart ? 1 : Math.floor(pair / nodes);
      const caller = await this.#join(2 * pair, room, pair);
      const callee = await this.#join(2 * pair + 1, room, pair + further);
      caller.partner = callee;
      callee.partner = caller;
      caller.partnerId = callee.participant.id;
      callee.partnerId = caller.participant.id;
      this.#senders.push(caller, callee);
    });
  }

  async run({ seconds }: Budget): Promise<Figures> {
    this.#faults.clear();
    this.#latency = new Samples();
    const before = this.#count();
    const start = performance.now();
    const slip = new Samples();
    this.#sending = true;
    const { load } = this.#options;
    if ('inFlight' in load) {
      for (const sender of this.#senders) this.#fill(sender, load.inFlight);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    } else {
      await this.#pace(load, seconds, slip);
    }
    this.#sending = false;
    const elapsed = (performance.now() - start) / 1000;
    await eventually(() => this.#settled() || this.#faults.errors.length > 0, 10_000);
    const after = this.#count();
    const delivered = (after.delivered - before.delivered) * this.#options.batch;
    return {
      units: delivered,
      delivered,
      seconds: elapsed,
      lost: (after.sent - after.delivered) * this.#options.batch,
      repeated: this.#faults.repeated,
      reordered: this.#faults.reordered,
      errors: [...this.#faults.errors, ...(this.#settled() ? [] : ['sends without an answer'])],
      latency: this.#latency.percentiles(),
      slip: slip.percentiles(),
    };
  }

  async close(): Promise<void> {
    for (const { participant } of this.#senders) {
      participant.hooks = { ...participant.hooks, failed() {} };
      participant.close();
    }
  }

  async #join(user: number, room: string, node: number): Promise<Sender> {
    const participant = this.#protocol.participant(user, node);
    const sender = new Sender(user, participant);
    const inFlight = 'inFlight' in this.#options.load ? this.#options.load.inFlight : 0;
    participant.hooks = {
      candidate: (from, order) => this.#received(sender, from, order, inFlight),
      acknowledged: () => {
        sender.acknowledged++;
        if (inFlight > 0) this.#fill(sender, inFlight);
      },
      offer: this.#faults.add,
      answer: this.#faults.add,
      joined() {},
      left: () => this.#faults.add('a participant left'),
      updated: () => this.#faults.add('an update that nobody asked for'),
      failed: this.#faults.add,
    };
    await participant.open();
    await participant.join(room);
    return sender;
  }

  #received(receiver: Sender, from: number, order: number, inFlight: number): void {
    const sender = receiver.partner;
    if (!sender || sender.number !== from) {
      this.#faults.add(`a signal of ${from} reached ${receiver.number}`);
      return;
    }
    if (order !== receiver.due) {
      if (order < receiver.due) this.#faults.repeated++;
      else this.#faults.reordered++;
    }
    receiver.due = order + 1;
    if (receiver.due % this.#options.batch !== 0) return;
    const message = sender.delivered++;
    this.#latency.add(performance.now() - (sender.intended[message & 0x3fff] as number));
    if (inFlight > 0) this.#fill(sender, inFlight);
  }

  #fill(sender: Sender, inFlight: number): void {
    const done = this.#protocol.acknowledges
      ? Math.min(sender.delivered, sender.acknowledged)
      : sender.delivered;
    while (this.#sending && sender.sent - done < inFlight) this.#send(sender, performance.now());
  }

  #send(sender: Sender, intended: number): void {
    const { batch } = this.#options;
    sender.intended[sender.sent & 0x3fff] = intended;
    const first = sender.sent++ * batch;
    let candidates = candidateJson(sender.number, first);
    for (let extra = 1; extra < batch; extra++) {
      candidates += `,${candidateJson(sender.number, first + extra)}`;
    }
    sender.participant.sendCandidates(sender.partnerId, candidates);
  }

  /**
   * Sends at a fixed rate, whatever comes back. It polls, because timers have a resolution of a millisecond, unless it
   * has to leave its core to a server of several processes: then up to a millisecond of the latency is its own.
   */
  #pace(
    { perSecond, waits = 'polling' }: { perSecond: number; waits?: 'polling' | 'sleeping' },
    seconds: number,
    slip: Samples,
  ): Promise<void> {
    const order = shuffled(this.#senders, seededRandom(this.#options.seed));
    const start = performance.now();
    const total = Math.floor(perSecond * seconds);
    const gap = 1000 / perSecond;
    let next = 0;
    return new Promise((resolve) => {
      const turn = () => {
        const now = performance.now();
        while (next < total && start + next * gap <= now) {
          const intended = start + next * gap;
          slip.add(now - intended);
          this.#send(order[next % order.length] as Sender, intended);
          next++;
        }
        if (next >= total) resolve();
        else if (waits === 'polling') setImmediate(turn);
        else setTimeout(turn, 1);
      };
      turn();
    });
  }

  #settled(): boolean {
    return this.#senders.every(
      (sender) => sender.sent === sender.delivered && sender.participant.settled(),
    );
  }

  #count(): { sent: number; delivered: number } {
    let sent = 0;
    let delivered = 0;
    for (const sender of this.#senders) {
      sent += sender.sent;
      delivered += sender.delivered;
    }
    return { sent, delivered };
  }
}
