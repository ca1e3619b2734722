import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis as RedisClient } from 'ioredis';
import { postJson } from '../generator/http.ts';
import { Mongod } from '../harness/mongod.ts';
import { liftedLimits } from '../harness/peerql.ts';
import { Redis } from '../harness/redis.ts';
import { Child } from '../harness/rpc.ts';
import type { Usage } from '../harness/usage.ts';
import type { Costs } from '../simulation/capacity.ts';
import type { Return, Seat, Sent } from './participants.ts';

// Measures what participants of a cluster cost, and a real reconnect storm: three nodes, one of which is killed with
// everybody on it.

const { values } = parseArgs({
  options: { participants: { type: 'string', default: '2000' }, write: { type: 'boolean' } },
});
/** Participants at each node. */
const perNode = Number(values.participants);
const NODES = 3;
const SEATS = 4;
const ACCOUNTS = 8;
const IDLE_SECONDS = 15;
const SIGNALS_EACH = 10;
const RETURN_WITHIN_MS = 120_000;

const entry = new URL('../peers/peerql.js', import.meta.url);
const control = new URL('../harness/control.js', import.meta.url);
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Spent {
  node: number;
  redis: number;
  mongo: number;
}

const registerDocument =
  'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { token } } }';
const createRoomDocument =
  'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { ... on CreateRoomSuccess { room { id } } } }';

async function ask<Result>(port: number, query: string, input: object, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await postJson<{ data?: Record<string, Result> }>(
    port,
    '/graphql',
    { query, variables: { input } },
    headers,
  );
  const result = Object.values(answer.data ?? {})[0];
  if (result === undefined) throw new Error(JSON.stringify(answer));
  return result;
}

/** Makes seats in rooms of four, each room with four different people. */
async function makeSeats(port: number, count: number): Promise<Seat[]> {
  const tokens: string[] = [];
  for (let number = 0; number < ACCOUNTS; number++) {
    const input = {
      name: 'Bench',
      email: `bench-${number}@example.com`,
      password: 'correct horse battery',
      delivery: 'BEARER',
    };
    tokens.push((await ask<{ token: string }>(port, registerDocument, input)).token);
  }
  const seats: Seat[] = [];
  for (let first = 0; first < count; first += SEATS) {
    const token = (seat: number) => tokens[(first + seat) % ACCOUNTS] ?? '';
    const { room } = await ask<{ room: { id: string } }>(port, createRoomDocument, {}, token(0));
    for (let seat = 0; seat < SEATS; seat++) seats.push({ roomId: room.id, token: token(seat) });
  }
  return seats;
}

const redis = await Redis.start();
const mongod = await Mongod.start();
const nodes: Child[] = [];
const people = new Child('the participants', new URL('./participants.js', import.meta.url));
try {
  const ports: number[] = [];
  for (let node = 0; node < NODES; node++) {
    const child = new Child(`node ${node}`, entry, {
      env: {
        ...liftedLimits,
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'error',
        JWT_SECRET: 'the secret that the nodes of the benchmark share',
        STUN_URLS: 'stun:127.0.0.1:3478',
        MONGO_URI: mongod.uri,
        REDIS_URL: redis.url,
      },
      execArgv: ['--import', control.href],
    });
    nodes.push(child);
    ports.push(((await child.ready) as { port: number }).port);
  }
  await people.ready;
  const inspected = new RedisClient(redis.url);
  const bytesInRedis = async () =>
    Number(/used_memory:(\d+)/.exec(await inspected.info('memory'))?.[1]);
  const ofNodes = (method: 'usage' | 'collect') =>
    Promise.all(
      nodes.filter(({ ended }) => !ended).map((node) => node.call<Usage>(method, null, 300_000)),
    );
  const now = async (): Promise<Spent> => ({
    node: (await ofNodes('usage')).reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    redis: redis.cpuMicros(),
    mongo: mongod.cpuMicros(),
  });
  /** The cost of one unit for each part, minus the cost of the idle participants meanwhile. */
  const spent = (before: Spent, after: Spent, units: number, idle: Spent, seconds: number) => {
    const each = (part: keyof Spent) =>
      Math.max(0, after[part] - before[part] - idle[part] * seconds) / units;
    return { node: each('node'), redis: each('redis'), mongo: each('mongo') };
  };
  const nothing: Spent = { node: 0, redis: 0, mongo: 0 };

  const everybody = NODES * perNode;
  const [port = 0] = ports;
  say(`makes ${ACCOUNTS} accounts and ${everybody / SEATS} rooms`);
  const seats = await makeSeats(port, everybody);
  // Some rooms join without being counted, so that the code is compiled before the first figure.
  const warm = seats.splice(0, Math.ceil(everybody / 5 / SEATS) * SEATS);
  await people.call('join', { seats: warm, at: ports }, 300_000);
  const held = await ofNodes('collect');
  const heldInRedis = await bytesInRedis();

  say(`${seats.length} participants join`);
  let before = await now();
  await people.call('join', { seats, at: ports }, 300_000);
  const join = spent(before, await now(), seats.length, nothing, 0);
  const grown = (await ofNodes('collect')).reduce(
    (sum, { rssBytes }, node) => sum + rssBytes - (held[node]?.rssBytes ?? 0),
    0,
  );
  const redisBytes = ((await bytesInRedis()) - heldInRedis) / seats.length;

  say(`they say nothing for ${IDLE_SECONDS} s`);
  before = await now();
  await delay(IDLE_SECONDS * 1000);
  const idleSecond = spent(before, await now(), everybody * IDLE_SECONDS, nothing, 0);
  const idle = {
    node: idleSecond.node * everybody,
    redis: idleSecond.redis * everybody,
    mongo: idleSecond.mongo * everybody,
  };

  say('everybody sends');
  await people.call<Sent>('send', 2, 300_000);
  before = await now();
  const sending = performance.now();
  const sent = await people.call<Sent>('send', SIGNALS_EACH, 300_000);
  const sendingSeconds = (performance.now() - sending) / 1000;
  const signal = spent(before, await now(), sent.accepted, idle, sendingSeconds);
  if (sent.ended > 0) say(`${sent.ended} signals were to or from stays that had ended`);
  for (const fault of new Set(sent.wronged)) say(`refused although both were there: ${fault}`);

  say('one node is killed');
  const lostBefore = await people.call<number>('nodes', ports.slice(1));
  if (lostBefore > 0) say(`${lostBefore} had lost a socket before, on this busy machine`);
  // Only of the remaining nodes: the figures of the killed node are gone.
  const left = nodes.slice(1);
  const ofLeft = async () => {
    const used = await Promise.all(left.map((node) => node.call<Usage>('usage')));
    const node = used.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
    return { node, redis: redis.cpuMicros(), mongo: mongod.cpuMicros() };
  };
  before = await ofLeft();
  const began = performance.now();
  await nodes[0]?.end();
  const returned = await people.call<Return>(
    'returned',
    { lost: perNode, withinMs: RETURN_WITHIN_MS },
    RETURN_WITHIN_MS + 10_000,
  );
  const seconds = (performance.now() - began) / 1000;
  const resume = spent(before, await ofLeft(), returned.back, idle, seconds);
  inspected.disconnect();
  say(JSON.stringify(returned));

  // The load of the machine shows how far the figures can be trusted.
  const about = {
    date: new Date().toISOString().slice(0, 16),
    participantsPerNode: perNode,
    cores: cpus().length,
    loadAverage: loadavg()[1] ?? 0,
  };
  const nodeBytes = grown / seats.length;
  const costs: Costs = { signal, join, resume, idleSecond, nodeBytes, redisBytes };
  const rounded = JSON.stringify(
    { about, ...costs, signals: sent, storm: returned },
    (_key, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value),
    2,
  );
  process.stdout.write(`${rounded}\n`);
  if (values.write) {
    await writeFile(new URL('../../simulation/costs.json', import.meta.url), `${rounded}\n`);
  }
  const whole = returned.back === returned.lost && returned.dropped === 0;
  const isRight = whole && returned.lost >= perNode && sent.wronged.length === 0;
  process.exitCode = isRight ? 0 : 1;
} finally {
  await Promise.all([...nodes, people].map((child) => child.end()));
  await Promise.all([redis.end(), mongod.end()]);
}
