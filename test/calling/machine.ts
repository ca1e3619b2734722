import fc from 'fast-check';
import { expect } from 'vitest';
import { type Call, concerns } from '../../src/domain/call/call.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { isPartOf } from '../../src/domain/person/state.ts';
import { failure } from '../roomlog/kit.ts';
import { TestDevice } from './device.ts';
import type { Faults } from './faults.ts';
import { type CallNode, GRACE_MS, type House, RING_MS } from './house.ts';

export const PEOPLE = ['ann', 'bob', 'cem', 'dan'];
const KEYS = ['phone', 'laptop'];

/** What somebody does. `call` chooses among the calls so far, the newest first. */
export type Act =
  | { readonly do: 'attend' | 'cut' | 'leave'; readonly who: number; readonly key: number }
  | { readonly do: 'ring'; readonly who: number; readonly callees: readonly number[] }
  | { readonly do: 'accept'; readonly who: number; readonly key: number; readonly call: number }
  | {
      readonly do: 'decline' | 'cancel' | 'enter' | 'exit';
      readonly who: number;
      readonly call: number;
    }
  | { readonly do: 'push' | 'wait'; readonly who: number };

/** Acts that are done at the same time, and how much time passes afterwards. */
export interface Moment {
  readonly acts: readonly Act[];
  readonly passMs: number;
}

const who = fc.nat({ max: PEOPLE.length - 1 });
const key = fc.nat({ max: KEYS.length - 1 });
const call = fc.nat({ max: 2 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('attend' as const), who, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'leave'), who, key }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('ring' as const),
      who,
      callees: fc.uniqueArray(who, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accept' as const), who, key, call }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('decline' as const, 'cancel', 'enter', 'exit'),
      who,
      call,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('push' as const, 'wait'), who }) },
);

/** Sequences of `length` moments. */
export function moments(length: number): fc.Arbitrary<Moment[]> {
  const passMs = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.nat({ max: 3000 }) },
    { weight: 1, arbitrary: fc.nat({ max: RING_MS + 5000 }) },
  );
  const moment = fc.record({ acts: fc.array(act, { minLength: 1, maxLength: 3 }), passMs });
  return fc.array(moment, { minLength: length, maxLength: length });
}

/** Lets people do all this, and checks after each moment, and at the end, what must hold. */
export class CallMachine {
  readonly #house: House;
  readonly #faults: Faults;
  readonly #devices = new Map<string, TestDevice>();
  readonly #callIds: string[] = [];
  /** By call and user: the clients that were told that they have answered. */
  readonly #answers = new Map<string, Set<string>>();
  #turn = 0;

  constructor(house: House, faults: Faults) {
    this.#house = house;
    this.#faults = faults;
  }

  /** @param rate how many of the steps between the logs fail */
  async run(sequence: readonly Moment[], rate: number): Promise<void> {
    for (const { acts, passMs } of sequence) {
      this.#faults.rate = rate;
      await Promise.all(acts.map((one) => this.#do(one)));
      await this.#house.settle();
      // What fails is done later.
      if (rate === 0) await this.#checkOneCall();
      await this.#house.pass(passMs);
      this.#checkTold();
    }
    this.#faults.rate = 0;
    // Everything that was left undone is done, and every ring ends; answered calls are left.
    for (const id of this.#callIds) this.#house.around.rooms.close(`room-${id}`);
    for (let waited = 0; waited < RING_MS + 10 * GRACE_MS; waited += 2500) {
      await this.#house.pass(2500);
    }
    this.#checkTold();
    await this.#checkEnd();
  }

  /** The nodes in turn. */
  #node(): CallNode {
    const { nodes } = this.#house;
    this.#turn += 1;
    const node = nodes[this.#turn % nodes.length];
    if (node === undefined) throw new Error('There is no node.');
    return node;
  }

  #device(userId: string, keyAt: number): TestDevice {
    const clientKey = KEYS[keyAt] ?? '';
    const name = `${userId} ${clientKey}`;
    const device = this.#devices.get(name) ?? new TestDevice(userId, clientKey);
    this.#devices.set(name, device);
    return device;
  }

  async #do(one: Act): Promise<void> {
    const userId = PEOPLE[one.who] ?? '';
    const error = await failure(() => this.#act(one, userId));
    // Refusals are answers, and that a part of the server does not answer is what this is about.
    if (error !== null && !(error instanceof DomainError)) throw error;
  }

  async #act(one: Act, userId: string): Promise<void> {
    const { around } = this.#house;
    const node = this.#node();
    switch (one.do) {
      case 'attend':
        return this.#device(userId, one.key).attend(node);
      case 'cut':
        return this.#device(userId, one.key).cut();
      case 'leave':
        return this.#device(userId, one.key).leave();
      case 'push':
        around.pushed.add(userId);
        return;
      case 'wait':
        around.waiting.add(userId);
        return;
      case 'ring': {
        const callees = one.callees.map((at) => PEOPLE[at] ?? '').filter((id) => id !== userId);
        if (callees.length === 0) return;
        const id = `call-${this.#callIds.length}`;
        this.#callIds.push(id);
        await node.ring(id, userId, callees);
        return;
      }
      default: {
        const id = this.#callIds.at(-1 - one.call);
        if (id !== undefined) await this.#inCall(one, userId, id, node);
      }
    }
  }

  async #inCall(
    one: Extract<Act, { call: number }>,
    userId: string,
    id: string,
    node: CallNode,
  ): Promise<void> {
    const { rooms } = this.#house.around;
    switch (one.do) {
      case 'accept': {
        const clientKey = KEYS[one.key] ?? '';
        await node.calls.accept(id, userId, clientKey);
        const name = `${id} ${userId}`;
        this.#answers.set(name, (this.#answers.get(name) ?? new Set()).add(clientKey));
        return;
      }
      case 'decline':
        await node.calls.decline(id, userId);
        return;
      case 'cancel':
        await node.calls.cancel(id, userId);
        return;
      case 'enter':
        rooms.enter(`room-${id}`, userId);
        return;
      case 'exit':
        rooms.leave(`room-${id}`, userId);
    }
  }

  /** What no device may ever have been told. */
  #checkTold(): void {
    for (const device of this.#devices.values()) {
      expect(device.faults, `${device.userId} ${device.clientKey}`).toEqual([]);
    }
    for (const [name, clients] of this.#answers) expect([...clients], name).toHaveLength(1);
    expect(this.#house.around.failures).toEqual([]);
  }

  /** Nobody is in two calls; one of several people may go on without somebody. */
  async #checkOneCall(): Promise<void> {
    for (const userId of PEOPLE) {
      const calls = await this.#node().persons.callsOf(userId);
      const two = calls.filter((call) => call.legs.length === 1 && isPartOf(call, userId));
      expect(two.length, userId).toBeLessThanOrEqual(1);
    }
  }

  async #checkEnd(): Promise<void> {
    const { around } = this.#house;
    const node = this.#node();
    for (const id of this.#callIds) {
      const record = await node.calls.read(id);
      if (record === null) continue;
      expect(record.call.state, id).toBe('ENDED');
      expect(record.forgetAt, id).not.toBeNull();
    }
    for (const userId of PEOPLE) expect(await node.persons.callsOf(userId), userId).toEqual([]);
    const reasons = new Map<string, Set<string>>();
    for (const device of this.#devices.values()) {
      if (device.isOpen) expect([...device.shown.keys()], device.userId).toEqual([]);
      for (const event of device.events) {
        if (event.type !== 'CallEnded' || !isWholeEnd(event.call)) continue;
        const { id } = event.call;
        reasons.set(id, (reasons.get(id) ?? new Set()).add(event.reason));
      }
    }
    for (const [id, said] of reasons) {
      expect([...said], `the reasons of ${id}`).toHaveLength(1);
      const [reason] = said;
      const kept = new Set(around.history.get(id)?.map((call) => call.reason));
      // Of two calls that became one, one is kept; what nobody knew any more was dropped.
      expect([...kept], `the history of ${id}`).toEqual(reason === 'MERGED' ? [] : [reason]);
    }
    for (const [id, calls] of around.history) {
      for (const call of calls) expect(call, id).toEqual(calls[0]);
    }
  }
}

/** Whether the call itself has ended, not only for one of its people. */
function isWholeEnd(call: Call): boolean {
  return call.state === 'ENDED' && !concerns(call, call.caller.id);
}
