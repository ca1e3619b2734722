import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  getIntrospectionQuery,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { expect, test } from 'vitest';
import * as documents from '../../src/client/generated/graphql.ts';
import { ExecutionBudget } from '../../src/execution/execution-budget.ts';
import { maskErrors } from '../../src/execution/mask.ts';
import { isRefused, type Operation } from '../../src/execution/operation.ts';
import { Operations } from '../../src/execution/operations.ts';
import { TimeBudget } from '../../src/execution/time-budget.ts';
import { MAX_VARIABLE_ERRORS, VariableCoercion } from '../../src/execution/variables.ts';
import type { Context } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { KeptLog } from '../kit/log.ts';
import { seededRandom } from '../kit/random.ts';
import { RandomDocuments, type RandomOperation } from '../kit/random-documents.ts';
import { sampleEvents, scriptedServices, unknownCalls } from '../kit/scripted-services.ts';

/** Random operations of each kind; more with DIFFERENTIAL_COUNT. */
const COUNT = Number(process.env.DIFFERENTIAL_COUNT ?? 250);
const TIMEOUT_MS = 60_000 + COUNT * 500;
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_123);
const MANY = 1_000_000;

const operations = new Operations({
  schema,
  introspection: true,
  persisted: null,
  preparing: new TimeBudget(MANY, MANY),
  execution: new ExecutionBudget({ perAccountMs: MANY, perAddressMs: MANY }),
  log: new KeptLog(),
  limits: {
    bytes: MANY,
    tokens: MANY,
    depth: 100,
    aliases: MANY,
    directives: MANY,
    fields: MANY,
    overlaps: MANY,
    name: MANY,
    objects: MANY,
    errorLength: MANY,
    variables: { items: MANY, depth: MANY },
    cached: MANY,
  },
});

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
            grant: null,
            address: '192.0.2.1',
            device: null,
          },
    exchange:
      seed % 3 === 0
        ? null
        : {
            requestId: 'r-1',
            byCookie: false,
            setSessionCookie() {},
            rememberDevice() {},
            clearSessionCookie() {},
            async authorizeAdmin() {},
          },
    address: '127.0.0.1',
    userAgent: null,
  };
}

/** As the server runs it. */
async function runOnce(
  operation: Operation,
  { variables }: RandomOperation,
  seed: number,
  event: unknown,
): Promise<unknown> {
  const context = contextOf(seed);
  if (operation.type !== 'subscription') {
    return comparable(await operation.answer(context, variables));
  }
  const definition = operationOf(operation.document);
  const values = new VariableCoercion(schema, definition, true).coerce(variables);
  if (isRefused(values)) return comparable({ errors: values.map(withoutPlaces) });
  return comparable(await operation.shape(event, context, { values }));
}

/** As graphql-js runs it. */
async function reference(
  { text, variables }: RandomOperation,
  seed: number,
  rootValue: unknown,
): Promise<unknown> {
  const result = await execute({
    schema,
    document: parse(text),
    rootValue,
    contextValue: contextOf(seed),
    variableValues: variables,
    options: { maxCoercionErrors: MAX_VARIABLE_ERRORS },
  });
  if (result.data === undefined && text.startsWith('subscription')) {
    return comparable({ errors: (result.errors ?? []).map(withoutPlaces) });
  }
  return comparable(maskErrors(result, new KeptLog()));
}

/** Places of variables are told by whoever begins a subscription, which nobody does here. */
function withoutPlaces({ message, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions });
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const found = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.');
  return found;
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

/** The third run is the compiled one's. */
async function expectAlike(
  operation: RandomOperation,
  seed: number,
  rootValue?: unknown,
): Promise<boolean> {
  const prepared = operations.prepare(operation.text, null, '127.0.0.1');
  if (isRefused(prepared)) return false;
  const expected = await reference(operation, seed, rootValue);
  for (const run of ['interpreted', 'compiled', 'compiled before']) {
    const answered = await runOnce(prepared, operation, seed, rootValue);
    expect(answered, `${run}, seed ${seed}: ${JSON.stringify(operation)}`).toEqual(expected);
  }
  return true;
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

test('of the mutations in one operation each begins when the one before has ended, also below admin', async () => {
  const text = `mutation {
    one: admin { closeRoom(input: { roomId: "1" }) { __typename } }
    two: admin { closeRoom(input: { roomId: "2" }) { __typename } }
  }`;
  const prepared = operations.prepare(text, null, '127.0.0.1');
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
    const { budgets } = context.services;
    const services = { administration, budgets } as unknown as Context['services'];
    const { data, errors } = await prepared.answer({ ...context, services }, {});
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      one: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
      two: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
    });
    expect(seen).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  }
});

test('the script of the services knew every call', () => {
  expect([...unknownCalls]).toEqual([]);
});
