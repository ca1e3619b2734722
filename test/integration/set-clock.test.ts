import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { enterAsGuest } from '../kit/guests.ts';
import { KeptLog } from '../kit/log.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const DAY_MS = 86_400_000;

test('the clock of a server with its own file is a day ahead for a while: no room or guest is deleted, no call ends', async () => {
  let aheadMs = 0;
  const log = new KeptLog();
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const server = await startServer({
    // Every three seconds it looks for what has expired.
    env: { ROOM_TTL_SECONDS: '60' },
    overrides: { clock, log },
  });
  try {
    const host = await register(server.graphqlUrl, 'Ann');
    const { id: roomId } = await createRoom(server.graphqlUrl, host, { allowGuests: true });
    const { id: unused } = await createRoom(server.graphqlUrl, host);
    const ann = new Participant(server.socketUrl, host);
    await ann.join({ roomId });
    const guest = await enterAsGuest(server.graphqlUrl, roomId, 'Gus');
    aheadMs = DAY_MS;
    const refusals = () => log.lines.filter(({ message }) => message.includes('was set')).length;
    await until(() => refusals() >= 2, 'it to delete nothing');
    aheadMs = 0;
    const [bob, gus] = [
      new Participant(server.socketUrl, await register(server.graphqlUrl, 'Bob')),
      new Participant(server.socketUrl, guest),
    ];
    await bob.join({ roomId: unused });
    await gus.join({ roomId });
    expect([ann, bob, gus].map(({ outcome }) => outcome)).toEqual(['open', 'open', 'open']);
    await Promise.all([ann, bob, gus].map((participant) => participant.dispose()));
  } finally {
    await server.close();
  }
}, 60_000);
