import { expect, test } from 'vitest';
import { describeRoomLog } from './contract.ts';
import { BOUNDS, enter, offer, ROOM } from './kit.ts';
import { memoryRooms } from './memory-kit.ts';

describeRoomLog('rooms in memory', async (options) => memoryRooms(options));

test('who missed nothing that it may see resumes, however much others sent each other', async () => {
  const under = memoryRooms();
  await enter(under, 'ann');
  const bob = await enter(under, 'bob');
  const cem = await enter(under, 'cem');
  await under.log.detach(cem.entered.hold);
  for (let index = 0; index < BOUNDS.replayEvents * 3; index += 1) {
    await under.log.send(ROOM, 'ann', bob.id, offer(index), null);
  }
  const back = await enter(under, 'cem', { after: cem.entered.cursor });
  expect(back.entered).toMatchObject({ recovered: true, missed: [] });
});

test('nothing is left when all have gone and the log is closed, no timer either', async () => {
  const under = memoryRooms();
  const idle = under.clock.timers;
  const readers = await Promise.all(['a', 'b', 'c'].map((name) => enter(under, name)));
  for (const { entered } of readers) await under.log.detach(entered.hold);
  expect(under.clock.timers).toBe(idle + 1);
  await under.clock.advance(BOUNDS.graceMs);
  expect(under.log.occupied()).toEqual([]);
  expect(under.clock.timers).toBe(idle);
  await under.log.close();
  expect(under.clock.timers).toBe(0);
});

test('a clock that is set back by an hour keeps nobody in for longer, and takes nobody out earlier', async () => {
  const under = memoryRooms();
  const [ann, bob] = [await enter(under, 'ann'), await enter(under, 'bob')];
  const names = async () => (await under.log.participants(ROOM)).map(({ user }) => user.name);
  under.clock.jump(-3_600_000);
  await under.log.detach(ann.entered.hold);
  await under.clock.advance(BOUNDS.graceMs - 1);
  await under.log.detach(bob.entered.hold);
  expect(await names()).toEqual(['ann', 'bob']);
  await under.clock.advance(1);
  expect(await names()).toEqual(['bob']);
  // The time of the log runs a hundredth slower until it agrees with the clock.
  await under.clock.advance(BOUNDS.graceMs * 0.98 - 2);
  expect(await names()).toEqual(['bob']);
  await under.clock.advance(BOUNDS.graceMs * 0.02 + 1);
  expect(under.log.occupied()).toEqual([]);
  await under.log.close();
});

test('a clock that is set forward by an hour ends nobody early, whoever comes back or is cut off meanwhile', async () => {
  const under = memoryRooms();
  const [ann, bob] = [await enter(under, 'ann'), await enter(under, 'bob')];
  await enter(under, 'cem');
  const names = async () => (await under.log.participants(ROOM)).map(({ user }) => user.name);
  await under.log.detach(ann.entered.hold);
  await under.clock.advance(BOUNDS.graceMs / 4);
  await under.log.detach(bob.entered.hold);
  await under.clock.advance(BOUNDS.graceMs / 4);
  under.clock.jump(3_600_000);
  await enter(under, 'ann');
  await under.clock.advance(BOUNDS.graceMs * 0.7);
  expect(await names()).toEqual(['ann', 'bob', 'cem']);
  await under.clock.advance(BOUNDS.graceMs * 0.05);
  expect(await names()).toEqual(['ann', 'cem']);
  await under.log.close();
});
