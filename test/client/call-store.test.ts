import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallStore } from '../../src/client/call-store.ts';
import type { Client } from '../../src/client/client-interface.ts';
import { RefusedError } from '../../src/client/errors.ts';
import type { JoinOptions } from '../../src/client/join-room.ts';

/** A call, as far as a store looks at it. */
class FakeCall {
  leaves = 0;
  #snapshot = { state: 'connected' };
  #listener = () => {};
  readonly subscribe = (listener: () => void) => {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  };
  readonly getSnapshot = () => this.#snapshot;

  become(state: string): void {
    this.#snapshot = { state };
    this.#listener();
  }

  leave(): void {
    this.leaves += 1;
  }
}

/** A client whose joins are answered by the test. */
function fakeClient() {
  const joins: { room: string; options: JoinOptions; answer: (call: FakeCall) => void }[] = [];
  const failures: ((error: Error) => void)[] = [];
  const client = {
    joinRoom: (room: string, options: JoinOptions) =>
      new Promise<FakeCall>((answer, refuse) => {
        joins.push({ room, options, answer });
        failures.push(refuse);
      }),
  };
  return { client: client as unknown as Client, joins, failures };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const passing = () => vi.advanceTimersByTimeAsync(0);

it('tells of each step, with the same snapshot until the next one', async () => {
  const { client, joins } = fakeClient();
  const store = new CallStore({ client });
  const states: string[] = [];
  store.subscribe(() => states.push(store.getSnapshot().state));
  expect(store.getSnapshot()).toMatchObject({ state: 'idle', call: null, error: null });
  store.join('tea');
  await passing();
  joins[0]?.options.onWaiting?.({ hostTold: true });
  const call = new FakeCall();
  joins[0]?.answer(call);
  await passing();
  expect(store.getSnapshot()).toMatchObject({ state: 'connected', call });
  expect(store.getSnapshot()).toBe(store.getSnapshot());
  for (const state of ['waiting', 'connected', 'ended']) call.become(state);
  expect(states).toEqual([
    ...['connecting', 'waiting', 'connected'],
    ...['reconnecting', 'connected', 'ended'],
  ]);
});

it('never asks the server for a join that is given up at once', async () => {
  const { client, joins } = fakeClient();
  const store = new CallStore({ client });
  store.join('tea');
  store.leave();
  store.join('coffee');
  await passing();
  expect(joins.map(({ room }) => room)).toEqual(['coffee']);
});

it('leaves a room for the next one, also one that was still being joined, and takes its stay back', async () => {
  const { client, joins } = fakeClient();
  const store = new CallStore({ client });
  store.join('tea');
  await passing();
  store.join('coffee');
  expect(joins[0]?.options.signal?.aborted).toBe(true);
  const late = new FakeCall();
  joins[0]?.answer(late);
  await passing();
  expect(late.leaves).toBe(1);
  expect(store.getSnapshot()).toMatchObject({ state: 'connecting', call: null });
  const call = new FakeCall();
  joins[1]?.answer(call);
  await passing();
  store.join('tea');
  expect(call.leaves).toBe(1);
  await passing();
  expect(joins.map(({ options }) => options.takeOver)).toEqual([false, false, true]);
  store.leave();
  expect(store.getSnapshot().state).toBe('idle');
});

it('says why it failed, and joins again when asked', async () => {
  const { client, joins, failures } = fakeClient();
  const store = new CallStore({ client });
  store.join('tea');
  await passing();
  failures[0]?.(new RefusedError('ROOM_FULL', 'It is full.'));
  await passing();
  expect(store.getSnapshot()).toMatchObject({ state: 'failed', error: { code: 'ROOM_FULL' } });
  store.join('tea');
  expect(store.getSnapshot()).toMatchObject({ state: 'connecting', error: null });
  await passing();
  expect(joins).toHaveLength(2);
});

it('waits for a stream that is null, and reads its options when it joins', async () => {
  const { client, joins } = fakeClient();
  let options: ConstructorParameters<typeof CallStore>[0] = { client, stream: null };
  const store = new CallStore(() => (typeof options === 'function' ? options() : options));
  store.join('tea');
  await passing();
  expect(joins).toHaveLength(0);
  expect(store.getSnapshot().state).toBe('connecting');
  options = { client, timeoutMs: 1234 };
  store.join('tea');
  await passing();
  expect(joins[0]?.options).toMatchObject({ timeoutMs: 1234, stream: null });
  expect(joins[0]?.options).not.toHaveProperty('client');
});
