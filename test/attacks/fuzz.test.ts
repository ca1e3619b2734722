import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LONG } from '../kit/long.ts';
import { register } from '../kit/people.ts';
import { seededRandom } from '../kit/random.ts';
import { until } from '../kit/waiting.ts';
import { AttackedServer } from './attacked-server.ts';
import { LegitimateCall } from './legitimate-call.ts';
import {
  mutatedBytes,
  mutatedDocument,
  mutatedMessage,
  oddCall,
  oddDocument,
  type Random,
  randomVariables,
} from './mutations.ts';
import { clientFrame, rawSocket } from './raw-socket.ts';

/** Frames and documents; `FUZZ_COUNT` says otherwise. */
const COUNT = Number(process.env.FUZZ_COUNT ?? (LONG ? 200_000 : 50_000));
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const WORKERS = 8;
/** Operations on their way on one socket. */
const AT_ONCE = 25;
const OVERDUE_MS = 60_000;
const MEMORY_MAX_GROWTH = 96 * 1024 * 1024;

let server: AttackedServer;
let call: LegitimateCall;

beforeAll(async () => {
  // The limits of pace are off: what is looked for here lies behind them.
  server = await AttackedServer.start({
    CONNECTION_INIT_SECONDS: '1',
    MESSAGES_PER_SECOND: '10000000',
    MESSAGES_PER_SECOND_PER_ADDRESS: '100000000',
    PREPARING_MS_PER_SECOND: '1000',
    SOCKETS_PER_ADDRESS: '100000',
    EXECUTION_MS_PER_SECOND: '1000',
    EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000',
    SIGNALS_PER_SECOND: '1000000',
    SIGNAL_BURST: '1000000',
    UNKNOWN_ROOMS: '1000000',
    UNKNOWN_ROOMS_PER_ADDRESS: '1000000',
    ROOMS_PER_USER: '1000000',
    // A heap that holds what the server needs and no more: what is kept of each input would end it.
    NODE_OPTIONS: '--max-old-space-size=160',
  });
  call = await LegitimateCall.start(server);
});
afterAll(async () => {
  call.end();
  await server.close();
});

const tally: Record<string, number> = {};
const note = (what: string, times = 1) => {
  tally[what] = (tally[what] ?? 0) + times;
};

/** Mostly the product's own operations with mistakes; some of odd shapes, and some calls with odd inputs. */
function operationOf(random: Random): { query: string; variables: object } {
  const kind = random();
  if (kind < 0.1) return oddCall(random);
  const query = kind < 0.2 ? oddDocument(random) : mutatedDocument(random);
  return { query, variables: randomVariables(random) };
}

/** One signed-in socket on which operations are tried, opened again whenever the server has closed it. */
class Prober {
  readonly #token: string;
  #ws: WebSocket | null = null;
  /** What has no answer yet, by id. */
  #open = new Map<string, string>();
  #wake = () => {};
  #number = 0;

  constructor(token: string) {
    this.#token = token;
  }

  /** Tries some operations; resolves when each has an answer, or the socket a close code. */
  async tryOperations(random: Random, count: number): Promise<void> {
    const ws = await this.#ready();
    const ids = Array.from({ length: count }, (_, i) => `${this.#number + i}`);
    this.#number += count;
    this.#open = new Map(
      ids.map((id) => {
        const payload = operationOf(random);
        return [id, JSON.stringify({ id, type: 'subscribe', payload })];
      }),
    );
    const messages = [...this.#open.values()];
    const done = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    for (const message of messages) ws.send(message);
    await patiently(done, 'an answer to every operation');
    if (ws.readyState !== WebSocket.OPEN) return;
    for (const id of ids) ws.send(JSON.stringify({ id, type: 'complete' }));
  }

  /** Says something that is nearly a message; resolves when the server has shown that it goes on. */
  async tryMessage(random: Random): Promise<void> {
    const ws = await this.#ready();
    ws.send(mutatedMessage(random));
    await this.tryOperations(random, 1);
  }

  end(): void {
    this.#ws?.terminate();
  }

  /** Opens a socket where there is none. On a busy machine one may be late with its connection_init, and is closed. */
  async #ready(): Promise<WebSocket> {
    for (let tries = 0; tries < 10; tries += 1) {
      if (this.#ws?.readyState === WebSocket.OPEN) return this.#ws;
      await this.#connect();
    }
    throw new Error('Each socket was closed before its connection_ack.');
  }

  async #connect(): Promise<void> {
    const ws = new WebSocket(server.socketUrl, 'graphql-transport-ws');
    this.#ws = ws;
    ws.on('error', () => {});
    ws.on('close', (code) => {
      note(`close ${code}`);
      this.#open.clear();
      this.#wake();
    });
    const ready = new Promise<void>((resolve) => {
      ws.on('open', () =>
        ws.send(JSON.stringify({ type: 'connection_init', payload: { token: this.#token } })),
      );
      ws.on('message', (data) => {
        const text = String(data);
        if (text.includes('INTERNAL_SERVER_ERROR')) note('INTERNAL_SERVER_ERROR');
        const { type, id } = JSON.parse(text) as { type: string; id?: string };
        if (type === 'connection_ack') resolve();
        if (id !== undefined && this.#open.delete(id)) {
          note(type);
          if (this.#open.size === 0) this.#wake();
        }
      });
      ws.on('close', () => resolve());
    });
    await patiently(ready, 'an acknowledgement');
  }
}

async function patiently(promise: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was not ${what}.`)), OVERDUE_MS);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function tryFrame(random: Random): Promise<void> {
  const raw = await rawSocket(server);
  const text = mutatedMessage(random);
  raw.write(mutatedBytes(random, clientFrame(text, { opcode: 1, final: true })));
  // Whatever that was: the end of it.
  raw.write(clientFrame(Buffer.from([3, 0xe8]), { opcode: 8, final: true }));
  raw.write(clientFrame('', { opcode: 3, final: true }));
  note(`frame ${await raw.closeCode()}`);
}

async function tryRequest(random: Random): Promise<void> {
  const body = JSON.stringify(operationOf(random));
  const answer = await fetch(server.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: random() < 0.5 ? body : new Uint8Array(mutatedBytes(random, Buffer.from(body))),
  });
  await answer.arrayBuffer();
  note(`HTTP ${answer.status}`);
}

async function work(random: Random, count: number, token: string): Promise<void> {
  const prober = new Prober(token);
  for (let left = count; left > 0; ) {
    const kind = random();
    if (kind < 0.6) {
      const batch = Math.min(left, AT_ONCE);
      await prober.tryOperations(random, batch);
      note('tried', batch);
      left -= batch;
    } else {
      if (kind < 0.8) await prober.tryMessage(random);
      else if (kind < 0.9) await tryFrame(random);
      else await tryRequest(random);
      note('tried', 1);
      left -= 1;
    }
  }
  prober.end();
}

test(`${COUNT} mutated frames and documents`, { timeout: 600_000 }, async () => {
  process.stdout.write(`FUZZ_SEED=${SEED} FUZZ_COUNT=${COUNT}\n`);
  // In advance: what is tried fails so often that this address may register nobody for a while.
  const tokens: string[] = [];
  while (tokens.length < 2 * WORKERS) {
    const { token, password } = await register(server.graphqlUrl, 'Fuzzer');
    server.keepsSecret(token, password);
    tokens.push(token);
  }
  const run = (count: number, seed: number) =>
    Promise.all(
      tokens
        .splice(0, WORKERS)
        .map((token, i) => work(seededRandom(seed + i), Math.ceil(count / WORKERS), token)),
    );
  // Caches fill and code is compiled: the level is what the process has after that.
  await run(Math.min(4000, COUNT), SEED + 1000);
  delete tally.tried;
  const before = await server.memory();
  await call.report();
  await run(COUNT, SEED);
  const { received, lost, failures, p99 } = await call.report();
  const { tried } = tally;
  let after = await server.memory();
  await until(
    async () => {
      after = await server.memory();
      return after - before < MEMORY_MAX_GROWTH;
    },
    'memory to return to its level',
    30_000,
  );
  const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  process.stdout.write(
    `FUZZ   answers: ${JSON.stringify(tally)}\n       memory: ${mb(before)} MB before, ${mb(after)} MB after\n       the call meanwhile: ${received} signals, ${lost} lost, p99 ${p99.toFixed(1)} ms\n`,
  );
  expect(tried).toBeGreaterThanOrEqual(COUNT);
  expect(server.lives).toBe(true);
  expect(server.errors).toEqual([]);
  expect(failures).toEqual([]);
  expect(lost).toBe(0);
  expect(tally.INTERNAL_SERVER_ERROR).toBeUndefined();
  expect(Object.keys(tally).filter((what) => /^HTTP 5|close 4500/.test(what))).toEqual([]);
});
