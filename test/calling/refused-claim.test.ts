import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Call } from '../../src/domain/call/call.ts';
import { TestDevice } from './device.ts';
import { type CallNode, type House, memoryHouse } from './house.ts';

// Two nodes may see to the same call at once, if the first one was slow. Here the test itself is the second node.
describe('a caller who is in another call for one node, and free for the next', () => {
  let house: House;
  let node: CallNode;
  const devices = new Map<string, TestDevice>();
  beforeEach(async () => {
    house = memoryHouse(['ann', 'bob', 'cem']);
    const [first] = house.nodes;
    if (first === undefined) throw new Error('There is no node.');
    node = first;
    for (const who of ['ann', 'bob', 'cem']) {
      const device = new TestDevice(who, `tab-of-${who}`);
      await device.attend(node);
      devices.set(who, device);
    }
    await node.ring('x', 'ann', ['bob']);
    await node.calls.accept('x', 'bob', 'tab');
    await house.settle();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await house.close();
  });

  const endX = async () => {
    await node.calls.left('x', 'bob');
    await node.pursuit.pursue('x');
  };
  const callOf = async (id: string): Promise<Call> => {
    const record = await node.calls.read(id);
    if (record === null) throw new Error(`${id} is not known.`);
    return record.call;
  };
  const shownTo = (who: string) => devices.get(who)?.shown.get('y');

  test('is in the new call if the next was first', async () => {
    const read = node.calls.read.bind(node.calls);
    vi.spyOn(node.calls, 'read').mockImplementation(async (id) => {
      const record = await read(id);
      if (id === 'x' && record?.call.state === 'ACTIVE') {
        vi.mocked(node.calls.read).mockRestore();
        await endX();
        expect(await node.persons.claimCaller(await callOf('y'))).toEqual({ how: 'CLAIMED' });
      }
      return record;
    });
    expect(await node.ring('y', 'ann', ['cem'])).toMatchObject({ state: 'RINGING' });
    await house.settle();
    expect([shownTo('ann'), shownTo('cem')]).toEqual([false, true]);
    expect((await callOf('y')).state).toBe('RINGING');
  });

  test('is in no other call, and nobody hears of one, even if a callee accepts it at once', async () => {
    const ringing = node.ring('y', 'ann', ['cem']);
    await node.calls.accept('y', 'cem', 'tab');
    expect(await ringing).toBeNull();
    await house.settle();
    expect([shownTo('ann'), shownTo('cem')]).toEqual([undefined, undefined]);
  });

  test('is not in the new call if the first has refused it', async () => {
    const abandon = node.calls.abandon.bind(node.calls);
    vi.spyOn(node.calls, 'abandon').mockImplementationOnce(async (call) => {
      await endX();
      refused = await callOf('y');
      expect(await node.persons.claimCaller(refused)).toEqual({ how: 'OVER' });
      await abandon(call);
    });
    let refused: Call | undefined;
    expect(await node.ring('y', 'ann', ['cem'])).toBeNull();
    await house.settle();
    expect([shownTo('ann'), shownTo('cem')]).toEqual([undefined, undefined]);
    // Ann tries again, with the same id, and a node that is late does not end that.
    await house.pass(1);
    expect(await node.ring('y', 'ann', ['cem'])).toMatchObject({ state: 'RINGING' });
    if (refused === undefined) throw new Error('y was not refused.');
    expect(await node.persons.claimCaller(refused)).toEqual({ how: 'OVER' });
    await abandon(refused);
    await house.settle();
    expect([shownTo('ann'), shownTo('cem')]).toEqual([false, true]);
  });
});

test('a caller is told of an answer that came before the node of the ring had noted its claim', async () => {
  const house = memoryHouse(['ann', 'bob']);
  const [node] = house.nodes;
  if (node === undefined) throw new Error('There is no node.');
  const ann = new TestDevice('ann', 'tab');
  const bob = new TestDevice('bob', 'tab');
  for (const device of [ann, bob]) await device.attend(node);
  const progress = node.calls.progress.bind(node.calls);
  vi.spyOn(node.calls, 'progress').mockImplementationOnce(async (id, done) => {
    // Bob answers at another node, which sees to the call as it is now.
    const call = await node.calls.accept(id, 'bob', 'tab');
    expect(await node.persons.claimCaller(call)).toEqual({ how: 'CLAIMED' });
    await progress(id, { claimed: true, told: { ann: call.revision } });
    return progress(id, done);
  });
  await node.ring('x', 'ann', ['bob']);
  await house.settle();
  const told = ann.events.filter(({ type }) => type === 'CallUpdated');
  expect(told.at(-1)).toMatchObject({ call: { state: 'ACTIVE' } });
  vi.restoreAllMocks();
  await house.close();
});
