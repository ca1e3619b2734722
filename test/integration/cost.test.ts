import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { CostlyDocuments } from '../kit/costly-documents.ts';
import { seededRandom } from '../kit/random.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const SEED = Number(process.env.COST_SEED ?? Date.now() % 2 ** 31);
/** Requests of each shape; more with COST_COUNT. */
const COUNT = Number(process.env.COST_COUNT ?? 2);
/** What one may cost to be accepted or refused, in milliseconds of the processor. */
const MAX_MS = 20;
/** A busy machine makes things dearer, never cheaper: the least of several is what counts. */
const REPEATS = 4;
/** Room for what is around a document in a message of 64 KiB. */
const BYTES = 64_000;
/** Node takes no longer request line with its default limits. */
const URL_MAX = 15_000;

interface Way {
  readonly name: string;
  /** Resolves when the answer is there; null where this way cannot carry it. */
  send(text: string, variables: object): Promise<unknown> | null;
}

const servers: TestServer[] = [];
const wires: Wire[] = [];
const ways: Way[] = [];

beforeAll(async () => {
  const list = new URL('../../src/client/generated/persisted-documents.json', import.meta.url);
  const persisted = { PERSISTED_OPERATIONS: list.pathname, INTROSPECTION: 'off' };
  for (const [suffix, env] of [
    ['', {}],
    [', persisted operations alone', persisted],
  ] as const) {
    const server = await startServer({
      // What is looked at is one request; the budgets of many would refuse them.
      env: { EXECUTION_MS_PER_SECOND: '1000', EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000', ...env },
    });
    servers.push(server);
    ways.push(...(await waysInto(server, suffix)));
  }
});

afterAll(async () => {
  for (const wire of wires) wire.end();
  for (const server of servers) await server.close();
});

async function waysInto(server: TestServer, suffix: string): Promise<Way[]> {
  let wire = await Wire.ready(server.socketUrl);
  wires.push(wire);
  let id = 0;
  return [
    {
      name: `POST${suffix}`,
      send: (query, variables) =>
        answered(server, 'POST', '', JSON.stringify({ query, variables })),
    },
    {
      name: `GET${suffix}`,
      send: (query, variables) => {
        const given = encodeURIComponent(JSON.stringify(variables));
        const search = `?query=${encodeURIComponent(query)}&variables=${given}`;
        return search.length > URL_MAX ? null : answered(server, 'GET', search, '');
      },
    },
    {
      name: `WebSocket${suffix}`,
      send: async (query, variables) => {
        if (wire.close !== null) {
          wire = await Wire.ready(server.socketUrl);
          wires.push(wire);
        }
        id += 1;
        wire.frames.length = 0;
        const message = { type: 'subscribe', id: `${id}`, payload: { query, variables } };
        wire.send(JSON.stringify(message));
        // A close is a refusal, too.
        await wire.next((frame) => frame.id === `${id}`).catch(() => null);
        expect(wire.close?.code ?? 1009).toBe(1009);
      },
    },
  ];
}

function answered(server: TestServer, method: string, search: string, body: string) {
  return new Promise<number>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(body !== '' && { 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(`${server.graphqlUrl}${search}`, { method, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Milliseconds of the processor, the client's own included. */
async function costOf(work: Promise<unknown>, began: NodeJS.CpuUsage): Promise<number> {
  await work;
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

test(`whatever a request is made of, it costs ${MAX_MS} ms at most to be accepted or refused`, {
  timeout: 600_000,
}, async () => {
  process.stdout.write(`COST_SEED=${SEED} COST_COUNT=${COUNT}\n`);
  const documents = new CostlyDocuments(schema, seededRandom(SEED), BYTES);
  const found: { ms: number; way: string; shape: string; text: string; size: number }[] = [];
  let number = 0;
  // A server that has just started is slow, and no stranger makes it so.
  for (const way of ways) {
    for (let warm = 0; warm < 60; warm += 1) {
      number += 1;
      const text = `{ rooms { edges { node { id name } } } a${warm}: room(id: "${number}") { id } }`;
      for (let run = 0; run < 2; run += 1) await way.send(text, {});
    }
  }
  for (let index = 0; index < documents.shapes * COUNT; index += 1) {
    const { shape, text, variables } = documents.next(index);
    for (const way of ways) {
      // The first makes it an operation, the second one that is compiled.
      const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        number += 1;
        const own = `#${number}\n${text}`;
        for (const time of least.keys()) {
          const began = process.cpuUsage();
          const sending = way.send(own, variables);
          if (sending === null) break;
          least[time] = Math.min(least[time] ?? 0, await costOf(sending, began));
        }
        // Cheap enough is cheap enough.
        if (Math.max(...least) < MAX_MS / 4) break;
      }
      const ms = Math.max(...least.filter(Number.isFinite), 0);
      found.push({ ms, way: way.name, shape, text, size: Buffer.byteLength(text) });
    }
  }
  found.sort((one, other) => other.ms - one.ms);
  for (const { ms, way, shape, size } of found.slice(0, 5)) {
    process.stdout.write(`COST   ${ms.toFixed(1)} ms  ${shape}, ${size} bytes, by ${way}\n`);
  }
  const [dearest] = found;
  const said = `COST_SEED=${SEED}: ${dearest?.shape}, by ${dearest?.way}: ${dearest?.text.slice(0, 2000)}`;
  expect(dearest?.ms, said).toBeLessThanOrEqual(MAX_MS);
});
