import { type ExecutionResult, getIntrospectionQuery, print } from 'graphql';
import { expect, test } from 'vitest';
import * as documents from '../../src/client/generated/graphql.ts';
import { isRefused, Operations } from '../../src/execution/operations.ts';
import { PreparingBudget } from '../../src/execution/preparing-budget.ts';
import { allTechniques } from '../../src/execution/techniques.ts';
import type { Context } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { KeptLog } from '../kit/log.ts';
import { seededRandom } from '../kit/random.ts';
import { RandomDocuments, type RandomOperation } from '../kit/random-documents.ts';
import { sampleEvents, scriptedServices } from '../kit/scripted-services.ts';

/** Random operations of each kind; more with DIFFERENTIAL_COUNT. */
const COUNT = Number(process.env.DIFFERENTIAL_COUNT ?? 250);
const TIMEOUT_MS = 60_000 + COUNT * 500;
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_123);
const MANY = 1_000_000;

function operations(compiled: boolean): Operations {
  return new Operations({
    schema,
    introspection: true,
    persisted: null,
    budget: new PreparingBudget(MANY),
    techniques: { ...allTechniques, compiled },
    log: new KeptLog(),
    limits: {
      bytes: MANY,
      tokens: MANY,
      depth: 100,
      aliases: MANY,
      directives: MANY,
      fields: MANY,
      overlaps: MANY,
      cached: MANY,
    },
  });
}

const executors = { compiled: operations(true), interpreted: operations(false) };

function contextOf(seed: number): Context {
  return {
    services: scriptedServices(seed),
    caller:
      seed % 5 === 0
        ? null
        : {
            accountId: 'a1',
            name: 'Ann',
            sessionId: 's1',
            expiresAt: new Date(8.64e15),
            guestOf: null,
            address: '192.0.2.1',
            device: null,
          },
    exchange:
      seed % 3 === 0
        ? null
        : {
            requestId: 'r-1',
            setSessionCookie() {},
            rememberDevice() {},
            clearSessionCookie() {},
            async authorizeAdmin() {},
          },
    address: '127.0.0.1',
    userAgent: null,
  };
}

/** Runs it as often as compiling takes; the last answer is the compiled one's. */
async function run(
  executor: Operations,
  { text, variables }: RandomOperation,
  seed: number,
  rootValue: unknown,
): Promise<unknown> {
  const prepared = executor.prepare(text, null, '127.0.0.1');
  if (isRefused(prepared)) return null;
  await prepared.run(rootValue, contextOf(seed), variables);
  await prepared.run(rootValue, contextOf(seed), variables);
  return comparable(await prepared.run(rootValue, contextOf(seed), variables));
}

interface Sent {
  readonly data?: unknown;
  readonly errors?: SentError[];
}

interface SentError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Record<string, unknown>;
}

/**
 * As the client gets it, less the request ids, which are random. Where several errors make one and the same ancestor
 * null, executors may report any of them (GraphQL specification §6.4.4): of each such ancestor it is kept that there
 * was one.
 */
function comparable(result: ExecutionResult): unknown {
  const { data, errors = [] } = JSON.parse(JSON.stringify(result)) as Sent;
  const kept = errors.map((error) => {
    delete error.extensions?.requestId;
    return JSON.stringify(nulledAncestor(data, error.path ?? []) ?? error);
  });
  return { data, errors: [...new Set(kept)].sort() };
}

/** The path of the null that an error left, where that is above the field that failed. */
function nulledAncestor(data: unknown, path: readonly (string | number)[]): object | null {
  let value = data;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (value === null) return { nulled: path.slice(0, depth) };
    const key = path[depth];
    value = key === undefined ? undefined : (value as Record<string | number, unknown>)?.[key];
  }
  return null;
}

async function expectAlike(
  operation: RandomOperation,
  seed: number,
  rootValue?: unknown,
): Promise<boolean> {
  const compiled = await run(executors.compiled, operation, seed, rootValue);
  const interpreted = await run(executors.interpreted, operation, seed, rootValue);
  expect(compiled, `seed ${seed}: ${JSON.stringify(operation)}`).toEqual(interpreted);
  return interpreted !== null;
}

test('the documents of the SDK and of GraphiQL answer alike, compiled and interpreted', {
  timeout: TIMEOUT_MS,
}, async () => {
  const texts = Object.entries(documents)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, document]) => print(document as never));
  const input = {
    name: 'Ann',
    email: 'ann@example.com',
    password: 'a long password',
    roomId: '0123456789abcdef',
    to: 'p2',
    sdp: 'v=0',
    candidates: [{ candidate: 'candidate:1' }],
  };
  for (const text of [...texts, getIntrospectionQuery()]) {
    for (let seed = 0; seed < 30; seed += 1) {
      const variables = { input, id: 'x', roomId: 'x', first: seed - 5 };
      if (text.startsWith('subscription')) {
        for (const event of sampleEvents) await expectAlike({ text, variables }, seed, event);
      } else await expectAlike({ text, variables }, seed);
    }
  }
});

test(`random operations answer alike, compiled and interpreted (seed ${SEED})`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const random = new RandomDocuments(schema, seededRandom(SEED));
  let valid = 0;
  for (let index = 0; index < COUNT; index += 1) {
    if (await expectAlike(random.next('query'), index)) valid += 1;
    if (await expectAlike(random.next('mutation'), index)) valid += 1;
    const event = sampleEvents[index % sampleEvents.length];
    if (await expectAlike(random.next('subscription'), index, event)) valid += 1;
  }
  // A generator whose documents are refused would prove nothing.
  expect(valid).toBeGreaterThan(COUNT * 2);
});

test.each(Object.entries(executors))(
  '%s: of the mutations in one operation each begins when the one before has ended, also below admin',
  async (_name, executor) => {
    const text = `mutation {
      one: admin { closeRoom(input: { roomId: "1" }) { __typename } }
      two: admin { closeRoom(input: { roomId: "2" }) { __typename } }
    }`;
    const prepared = executor.prepare(text, null, '127.0.0.1');
    if (isRefused(prepared)) throw new Error(JSON.stringify(prepared));
    // It is compiled at its second run.
    for (let runs = 0; runs < 3; runs += 1) {
      const seen: string[] = [];
      const administration = {
        closeRoom: async (roomId: string) => {
          seen.push(`${roomId} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          seen.push(`${roomId} ends`);
        },
      };
      const context = contextOf(1);
      const services = { ...context.services, administration } as unknown as Context['services'];
      const { data, errors } = await prepared.run(undefined, { ...context, services }, {});
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        one: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
        two: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
      });
      expect(seen).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
    }
  },
);
