import { roomAggregate } from '../../src/domain/room/aggregate.ts';
import { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { MemoryLog } from '../../src/log/memory/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { BOUNDS, type LogUnderTest } from './kit.ts';

/** Rooms in memory, with a clock of their own. */
export function memoryRooms(options = BOUNDS, clock = new ManualClock()): LogUnderTest {
  const log = new LiveRooms(new MemoryLog(roomAggregate(options), options, clock), options);
  return {
    log,
    clock,
    settle: async () => {},
    close: async () => {
      await log.close();
    },
  };
}
