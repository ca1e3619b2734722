import { afterAll, beforeAll, expect, test } from 'vitest';
import { LoginDocument, RoomsDocument } from '../../src/client/generated/graphql.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { until } from '../kit/waiting.ts';
import { SdkTalker, StockTalker, type Talker } from './talkers.ts';

const ROOMS = 10;
const EXIT_WITHIN_MS = 30_000;
const env = { SOCKETS_PER_USER: '1000', SHUTDOWN_SECONDS: '3' };

let main: string;
let server: ServerProcess;
let people: Person[];
/** By room: two stock clients, two of the SDK. */
const rooms: { id: string; talkers: Talker[] }[] = [];

beforeAll(async () => {
  main = await buildServer();
  server = await ServerProcess.start(main, env);
  const random = seededRandom(seedOfRun('restarts'));
  people = await Promise.all(
    ['Ann', 'Bob', 'Cem', 'Dea'].map((name) => register(server.graphqlUrl, name)),
  );
  const [host] = people;
  if (host === undefined) throw new Error('There is no host.');
  for (let room = 0; room < ROOMS; room += 1) {
    const { id } = await createRoom(server.graphqlUrl, host);
    const talkers = people.map((person, seat) => {
      const Kind = seat % 2 === 0 ? SdkTalker : StockTalker;
      return new Kind(`${room}.${seat}`, person, server.socketUrl, random);
    });
    for (const talker of talkers) await talker.join(id);
    rooms.push({ id, talkers });
  }
}, 120_000);

afterAll(async () => {
  await Promise.all(everybody().map((talker) => talker.leave()));
  await server.close();
});

const everybody = () => rooms.flatMap(({ talkers }) => talkers);
const snapshotsOf = ({ events }: Talker) =>
  events.flatMap((event) => (event.__typename === 'RoomSnapshot' ? [event] : []));

const snapshotCounts = () =>
  new Map(everybody().map((talker) => [talker, snapshotsOf(talker).length]));

/** Everybody is in its room again, by itself, knows the others, and is reached by them. */
async function expectEverybodyBack(before: ReadonlyMap<Talker, number>): Promise<void> {
  const away = () =>
    everybody().filter((talker) => snapshotsOf(talker).length <= (before.get(talker) ?? 0));
  await until(
    () => away().length === 0,
    () => `everybody to come back; away: ${away().map(({ name }) => name)}`,
    60_000,
  );
  for (const talker of everybody()) {
    // What was known of the room is void: it is said so.
    expect(snapshotsOf(talker).at(-1)?.recovered, talker.name).toBe(false);
  }
  for (const { talkers } of rooms) {
    for (const [index, talker] of talkers.entries()) {
      const neighbour = talkers[(index + 1) % talkers.length];
      if (neighbour === undefined) continue;
      const sdp = `${talker.name} after the restart, ${performance.now()}`;
      await talker.send(neighbour.id, sdp);
      await until(
        () =>
          neighbour.events.some(
            (event) => event.__typename === 'OfferReceived' && event.sdp === sdp,
          ),
        `an offer to ${neighbour.name}`,
      );
    }
  }
}

async function expectEverythingKept(): Promise<void> {
  for (const { email, password, headers } of people) {
    const login = await post(server.graphqlUrl, LoginDocument, {
      input: { email, password, delivery: 'BEARER' },
    });
    expect(login.data?.login.__typename).toBe('LoginSuccess');
    const me = await post<{ me: { email: string } }, unknown>(
      server.graphqlUrl,
      '{ me { email } }',
      {},
      headers,
    );
    expect(me.data?.me.email).toBe(email);
  }
  const hosted = await post(server.graphqlUrl, RoomsDocument, { first: 100 }, people[0]?.headers);
  expect(hosted.data?.rooms.edges.map(({ node }) => node.id).sort()).toEqual(
    rooms.map(({ id }) => id).sort(),
  );
}

test('SIGTERM: not ready at once, sockets closed a slice at a time, exit 0 in time, everybody comes back', async () => {
  const closes: number[] = [];
  for (const talker of everybody()) {
    if (talker instanceof StockTalker) talker.onClosed((code) => closes.push(code));
  }
  const before = snapshotCounts();
  const from = performance.now();
  const exited = server.kill('SIGTERM');
  await until(async () => {
    const ready = await fetch(`${server.url}/health/ready`).catch(() => null);
    return ready?.status === 503;
  }, 'readiness to turn off');
  const notReadyMs = performance.now() - from;
  // Whoever wants in while it stops is told to come again, and gets in at the next server.
  const [room] = rooms;
  const latecomer = await register(server.graphqlUrl, 'Late').catch(() => null);
  const late =
    latecomer === null ? null : new StockTalker('late', latecomer, server.socketUrl, () => 0.5);
  const lateJoin = late?.join(room?.id ?? '', 60_000);
  const exit = await exited;
  const exitMs = performance.now() - from;
  expect(exit).toEqual({ code: 0, signal: null });
  expect(exitMs).toBeLessThan(EXIT_WITHIN_MS);
  expect(closes.length).toBeGreaterThanOrEqual(ROOMS * 2);
  expect(closes.filter((code) => code === 1012)).toHaveLength(ROOMS * 2);

  server = await ServerProcess.start(main, env, server);
  await expectEverybodyBack(before);
  await lateJoin;
  await late?.leave();
  await expectEverythingKept();
  const backMs = performance.now() - from;
  process.stdout.write(`SIGTERM: ${JSON.stringify({ notReadyMs, exitMs, backMs })}\n`);
});

test('SIGKILL: accounts, sessions and rooms are there after a restart, and clients rejoin by themselves', async () => {
  const before = snapshotCounts();
  expect(await server.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  server = await ServerProcess.start(main, env, server);
  await expectEverybodyBack(before);
  await expectEverythingKept();
});
