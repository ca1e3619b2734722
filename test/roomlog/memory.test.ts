import { expect, test } from 'vitest';
import { MemoryRoomLog } from '../../src/roomlog/memory.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { describeRoomLog } from './contract.ts';
import { BOUNDS, enter, type LogUnderTest, offer, ROOM } from './kit.ts';

function makeMemoryLog(options = BOUNDS): LogUnderTest {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(options, clock);
  return {
    log,
    clock,
    settle: async () => {},
    close: async () => log.close(),
  };
}

describeRoomLog('the room log in memory', async (options) => makeMemoryLog(options));

test('who missed nothing that it may see resumes, however much others sent each other', async () => {
  const under = makeMemoryLog();
  await enter(under, 'ann');
  const bob = await enter(under, 'bob');
  const cem = await enter(under, 'cem');
  under.log.detach(cem.entered.hold);
  for (let index = 0; index < BOUNDS.replayEvents * 3; index += 1) {
    under.log.send(ROOM, 'ann', bob.id, offer(index), null);
  }
  const back = await enter(under, 'cem', { after: cem.entered.cursor });
  expect(back.entered).toMatchObject({ recovered: true, missed: [] });
});

test('nothing is left when all have gone and the log is closed, no timer either', async () => {
  const under = makeMemoryLog();
  const idle = under.clock.timers;
  const readers = await Promise.all(['a', 'b', 'c'].map((name) => enter(under, name)));
  for (const { entered } of readers) under.log.detach(entered.hold);
  expect(under.clock.timers).toBe(idle + 3);
  await under.clock.advance(BOUNDS.graceMs);
  expect(under.log.occupied()).toEqual([]);
  expect(under.clock.timers).toBe(idle);
  under.log.close();
  expect(under.clock.timers).toBe(0);
});
