import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { describeCalls } from './contract.ts';
import { TestDevice } from './device.ts';
import { GRACE_MS, memoryHouse, RING_MS } from './house.ts';

describeCalls('calls in memory', (people) => memoryHouse(people));

test.each([-3_600_000, 3_600_000])(
  'a ring in memory lasts as long as ever, and a device leaves after its grace, though the clock is set by %i ms',
  async (step) => {
    const house = memoryHouse(['ann', 'bob']);
    const [node] = house.nodes;
    if (node === undefined) throw new Error('There is no node.');
    const [ann, bob] = [new TestDevice('ann', 'tab'), new TestDevice('bob', 'tab')];
    for (const device of [ann, bob]) await device.attend(node);
    await node.ring('x', 'ann', ['bob']);
    await house.settle();
    house.clock.jump(step);
    await house.pass(RING_MS - 1);
    expect(bob.shown.get('x')).toBe(true);
    await house.pass(1);
    await house.settle();
    expect(house.around.history.get('x')?.map(({ reason }) => reason)).toEqual(['MISSED']);
    expect(await node.presenceOf('bob')).toBe('ONLINE');
    await bob.cut();
    await house.pass(GRACE_MS);
    expect(await node.presenceOf('bob')).toBe('OFFLINE');
    await house.close();
  },
);

test('nobody goes on ringing while the store is asked whether somebody else can be rung', async () => {
  const house = memoryHouse(['ann', 'bob', 'cem']);
  const [node] = house.nodes;
  if (node === undefined) throw new Error('There is no node.');
  const devices = [
    new TestDevice('ann', 'tab'),
    new TestDevice('bob', 'phone'),
    new TestDevice('bob', 'laptop'),
  ] as const;
  for (const device of devices) await device.attend(node);
  const [ann, phone, laptop] = devices;
  let answers = () => {};
  house.around.slow.set(
    'cem',
    new Promise((resolve) => {
      answers = resolve;
    }),
  );
  const ringing = node.ring('x', 'ann', ['bob', 'cem']);
  const turns = async () => {
    for (let n = 0; n < 5; n += 1) await turn();
  };
  await turns();
  expect([phone.shown.get('x'), laptop.shown.get('x')]).toEqual([true, true]);
  await node.calls.accept('x', 'bob', 'phone');
  await turns();
  expect([phone.shown.get('x'), laptop.shown.get('x')]).toEqual([false, false]);
  expect(ann.events.findLast(({ type }) => type === 'CallUpdated')).toMatchObject({
    call: { state: 'ACTIVE' },
  });
  answers();
  expect(await ringing).toMatchObject({ state: 'ACTIVE' });
  await house.settle();
  await node.calls.left('x', 'bob');
  await node.calls.left('x', 'ann');
  await house.pass(GRACE_MS);
  expect(house.around.history.get('x')).toHaveLength(1);
  await house.close();
});
