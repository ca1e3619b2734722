import { Samples } from '../../harness/statistics.ts';
import type { Participant, Protocol } from '../participant.ts';
import {
  type Budget,
  eventually,
  Faults,
  type Figures,
  inParallel,
  type Workload,
} from './workload.ts';

export interface PresenceOptions {
  /** How many participants there are besides the one whose state changes. */
  receivers: number;
  rooms: number;
  /** How many changes of that participant's state are under way at once. */
  inFlight: number;
}

/** A room in which one participant's state changes, and everybody else is told. */
class Stage {
  readonly #actor: Participant;
  readonly #receivers: Participant[];
  readonly #inFlight: number;
  readonly #latency: (milliseconds: number) => void;
  readonly #sentAt = new Float64Array(64);
  readonly seen: Int32Array;
  sent = 0;
  #audio = true;
  /** How many receivers have seen a change, by its number modulo 64. */
  readonly #reached = new Int32Array(64);
  #everywhere = 0;
  sending = false;

  constructor(
    actor: Participant,
    receivers: Participant[],
    inFlight: number,
    faults: Faults,
    latency: (milliseconds: number) => void,
  ) {
    this.#actor = actor;
    this.#receivers = receivers;
    this.#inFlight = inFlight;
    this.#latency = latency;
    this.seen = new Int32Array(receivers.length);
    const hooks = {
      candidate: () => faults.add('a candidate that nobody sent'),
      offer: faults.add,
      answer: faults.add,
      joined() {},
      left: () => faults.add('a participant left'),
      acknowledged() {},
      failed: faults.add,
    };
    actor.hooks = { ...hooks, updated() {} };
    for (const [index, receiver] of receivers.entries()) {
      receiver.hooks = {
        ...hooks,
        updated: () => {
          const change = this.seen[index] as number;
          this.seen[index] = change + 1;
          this.#latency(performance.now() - (this.#sentAt[change & 63] as number));
          const reached = (this.#reached[change & 63] as number) + 1;
          this.#reached[change & 63] = reached;
          if (reached < receivers.length) return;
          this.#reached[change & 63] = 0;
          this.#everywhere++;
          this.fill();
        },
      };
    }
  }

  fill(): void {
    while (this.sending && this.sent - this.#everywhere < this.#inFlight) {
      this.#audio = !this.#audio;
      this.#sentAt[this.sent++ & 63] = performance.now();
      this.#actor.setMedia(this.#audio);
    }
  }

  settled(): boolean {
    return this.#actor.settled() && this.seen.every((count) => count === this.sent);
  }

  close(): void {
    for (const participant of [this.#actor, ...this.#receivers]) {
      participant.hooks = { ...participant.hooks, failed() {}, left() {} };
      participant.close();
    }
  }
}

/** Presence: a change of one participant's media state, told to all the others in the room. */
export class Presence implements Workload {
  readonly #protocol: Protocol;
  readonly #options: PresenceOptions;
  readonly #faults = new Faults();
  readonly #stages: Stage[] = [];
  #latency = new Samples();

  constructor(protocol: Protocol, options: PresenceOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { receivers, rooms, inFlight } = this.#options;
    for (let number = 0; number < rooms; number++) {
      const first = number * (receivers + 1);
      const room = await this.#protocol.createRoom(first, receivers + 1);
      const participants = Array.from({ length: receivers + 1 }, (_, seat) =>
        this.#protocol.participant(first + seat),
      );
      await inParallel(participants, 16, async (participant) => {
        await participant.open();
        await participant.join(room);
      });
      const [actor, ...others] = participants;
      if (!actor) throw new Error('a room without an actor');
      this.#stages.push(
        new Stage(actor, others, inFlight, this.#faults, (milliseconds) =>
          this.#latency.add(milliseconds),
        ),
      );
    }
    // Events of earlier joins that are still under way must not be measured.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }

  async run({ seconds }: Budget): Promise<Figures> {
    this.#faults.clear();
    this.#latency = new Samples();
    const before = this.#seen();
    const start = performance.now();
    for (const stage of this.#stages) {
      stage.sending = true;
      stage.fill();
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    for (const stage of this.#stages) stage.sending = false;
    const elapsed = (performance.now() - start) / 1000;
    const settled = () => this.#stages.every((stage) => stage.settled());
    await eventually(() => settled() || this.#faults.errors.length > 0, 10_000);
    const seen = this.#seen();
    let expected = 0;
    for (const stage of this.#stages) expected += stage.sent * this.#options.receivers;
    return {
      units: seen - before,
      delivered: seen - before,
      seconds: elapsed,
      lost: Math.max(0, expected - seen),
      repeated: Math.max(0, seen - expected),
      reordered: 0,
      errors: [...this.#faults.errors, ...(settled() ? [] : ['changes without an answer'])],
      latency: this.#latency.percentiles(),
      slip: null,
    };
  }

  async close(): Promise<void> {
    for (const stage of this.#stages) stage.close();
  }

  #seen(): number {
    let seen = 0;
    for (const stage of this.#stages) for (const count of stage.seen) seen += count;
    return seen;
  }
}
