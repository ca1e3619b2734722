import { Samples } from '../../harness/statistics.ts';
import type { Protocol } from '../participant.ts';
import type { RingDevice } from '../rings.ts';
import {
  type Budget,
  eventually,
  Faults,
  type Figures,
  inParallel,
  type Workload,
} from './workload.ts';

export interface RingsOptions {
  pairs: number;
  /** Whether the other device accepts; if not, it declines, and the call is over. */
  accepted: boolean;
  /** So many calls begin a second at most, over all pairs. */
  perSecond: number;
}

/** Two users, one of whom rings the other again and again; the other accepts, or declines. */
class Line {
  readonly #caller: RingDevice;
  readonly #callee: RingDevice;
  #heard = 0;
  #next: (() => void) | null = null;
  #rangAt = 0;

  constructor(
    caller: RingDevice,
    callee: RingDevice,
    accepted: boolean,
    ringsAfter: (ms: number) => void,
    faults: Faults,
  ) {
    this.#caller = caller;
    this.#callee = callee;
    const failed = faults.add;
    caller.hooks = {
      ringing: () => failed('the caller was rung'),
      answered: (callId) => this.#both(() => caller.hangUp(callId)),
      ended: () => this.#both(() => this.#next?.()),
      failed,
    };
    callee.hooks = {
      ringing: (callId) => {
        ringsAfter(performance.now() - this.#rangAt);
        if (accepted) callee.accept(callId);
        else callee.decline(callId);
      },
      answered: (callId) => this.#both(() => caller.hangUp(callId)),
      ended: () => this.#both(() => this.#next?.()),
      failed,
    };
  }

  /** Resolves when both sides have been told that the call is over. */
  call(): Promise<void> {
    this.#rangAt = performance.now();
    this.#caller.ring(this.#callee.userId);
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  close(): void {
    for (const device of [this.#caller, this.#callee]) {
      device.hooks = { ...device.hooks, failed() {} };
      device.close();
    }
  }

  /** Goes on when both sides have heard it. */
  #both(goOn: () => void): void {
    this.#heard += 1;
    if (this.#heard < 2) return;
    this.#heard = 0;
    goOn();
  }
}

/** Pairs who ring, answer and hang up, or decline; the latency is that from the ring until the callee's device rings. */
export class Rings implements Workload {
  readonly #protocol: Protocol;
  readonly #options: RingsOptions;
  readonly #faults = new Faults();
  readonly #lines: Line[] = [];
  #latency = new Samples();

  constructor(protocol: Protocol, options: RingsOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { device } = this.#protocol;
    if (!device) throw new Error('this server has no calls');
    const users = Array.from({ length: 2 * this.#options.pairs }, (_, user) => user);
    const devices: RingDevice[] = [];
    await inParallel(users, 8, async (user) => {
      const made = await device(user);
      await made.open();
      devices[user] = made;
    });
    for (let pair = 0; pair < this.#options.pairs; pair++) {
      const [caller, callee] = devices.slice(2 * pair, 2 * pair + 2);
      if (!caller || !callee) throw new Error('a device is missing');
      const { accepted } = this.#options;
      const ringsAfter = (ms: number) => this.#latency.add(ms);
      this.#lines.push(new Line(caller, callee, accepted, ringsAfter, this.#faults));
    }
  }

  async run({ seconds }: Budget): Promise<Figures> {
    this.#faults.clear();
    this.#latency = new Samples();
    const start = performance.now();
    const end = start + seconds * 1000;
    const everyMs = 1000 / this.#options.perSecond;
    let slot = start;
    let calls = 0;
    let underWay = 0;
    const again = async (line: Line) => {
      while (this.#faults.errors.length === 0) {
        const waitMs = slot - performance.now();
        slot = Math.max(slot, performance.now()) + everyMs;
        if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
        if (performance.now() >= end) return;
        underWay++;
        await line.call();
        underWay--;
        calls++;
      }
    };
    const all = Promise.all(this.#lines.map(again));
    const failed = () => this.#faults.errors.length > 0;
    await Promise.race([all, eventually(failed, seconds * 1000 + 30_000)]);
    return {
      units: calls,
      // Ringing, the end at both, and the answer at both if there is one.
      delivered: calls * (this.#options.accepted ? 5 : 3),
      seconds: (performance.now() - start) / 1000,
      lost: underWay,
      repeated: 0,
      reordered: 0,
      errors: [...this.#faults.errors],
      latency: this.#latency.percentiles(),
      slip: null,
    };
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.close();
  }
}
