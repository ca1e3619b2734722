import { expect, test } from 'vitest';
import { UnavailableError } from '../../../src/domain/errors.ts';
import { FollowUps } from '../../../src/domain/follow-ups.ts';
import type { LiveRooms } from '../../../src/domain/room/live-rooms.ts';
import type { Guests } from '../../../src/domain/rooms/guests.ts';
import { RoomClosing } from '../../../src/domain/signaling/room-closing.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

test('a room that left the store is closed and its guests end, in turn, however often that fails', async () => {
  const clock = new ManualClock();
  const done: string[] = [];
  let failures = 3;
  const once = (what: string) => async (roomId: string) => {
    failures -= 1;
    if (failures >= 0) throw new UnavailableError();
    done.push(`${what} ${roomId}`);
  };
  const closing = new RoomClosing({
    live: { closeRoom: once('closed') } as unknown as LiveRooms,
    guests: { endOf: once('no guests of') } as unknown as Guests,
    followUps: new FollowUps({ clock, onFailure: () => {} }),
  });
  await closing.follow('a');
  await closing.follow('b');
  expect(done).toEqual([]);
  for (let second = 0; second < 5; second += 1) await clock.advance(1000);
  expect(done.toSorted()).toEqual(['closed a', 'closed b', 'no guests of a', 'no guests of b']);
});
