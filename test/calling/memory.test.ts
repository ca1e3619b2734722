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
