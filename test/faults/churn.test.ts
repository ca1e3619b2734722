import { afterAll, beforeAll, expect, test } from 'vitest';
import { LONG } from '../kit/long.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const PEOPLE = 20;
const SEATS = 5;
const JOINS = LONG ? 10_000 : 4000;
const WARM_UP = 2000;
const MEGABYTE = 2 ** 20;

let server: TestServer;

beforeAll(async () => {
  const env = {
    SIGNALS_PER_SECOND: '100000',
    SIGNAL_BURST: '100000',
    // Full again as soon as everybody has left.
    JOINS_PER_SECOND: '100000',
    JOIN_BURST: '100000',
    // The shortest that is allowed, so that the server tidies up every three seconds.
    ROOM_TTL_SECONDS: '60',
  };
  server = await startServer({ env });
});

afterAll(() => server.close());

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

test(`${JOINS} joins and leaves leave nothing behind`, async () => {
  const rooms: string[] = [];
  const participants: Participant[] = [];
  for (let index = 0; index < PEOPLE; index += 1) {
    const person = await register(server.graphqlUrl, `Person ${index}`);
    if (index % SEATS === 0) rooms.push((await createRoom(server.graphqlUrl, person)).id);
    participants.push(new Participant(server.socketUrl, person, { lazyCloseTimeout: 1000 }));
  }

  async function churn(joins: number): Promise<void> {
    await Promise.all(
      participants.map(async (participant, index) => {
        const roomId = rooms[Math.floor(index / SEATS)] ?? '';
        for (let count = 0; count < joins / PEOPLE; count += 1) {
          participant.events.length = 0;
          const first = await participant.join({ roomId, clientKey: `key ${count}` });
          if (first.__typename !== 'RoomSnapshot') throw new Error(JSON.stringify(first));
          participant.unsubscribe();
        }
      }),
    );
  }

  const empty = { sockets: 0, rooms: 0, budgets: 0 };
  const whenEmpty = () =>
    until(
      () => JSON.stringify(server.app.usage()) === JSON.stringify(empty),
      () => `empty maps: ${JSON.stringify(server.app.usage())}`,
    );
  await churn(WARM_UP);
  await whenEmpty();
  const before = heapBytes();
  await churn(JOINS);
  await whenEmpty();
  const grown = (heapBytes() - before) / MEGABYTE;
  process.stdout.write(`heap after ${JOINS} joins and leaves: ${grown.toFixed(2)} MiB more\n`);
  expect(grown).toBeLessThan(LONG ? 8 : 4);
  await Promise.all(participants.map((participant) => participant.dispose()));
});
