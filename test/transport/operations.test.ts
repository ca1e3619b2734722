import { getHeapSpaceStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { ExecutionBudget } from '../../src/execution/execution-budget.ts';
import { isRefused } from '../../src/execution/operation.ts';
import { Operations } from '../../src/execution/operations.ts';
import { TimeBudget } from '../../src/execution/time-budget.ts';
import type { Context } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { KeptLog } from '../kit/log.ts';

const CACHED = 3;

function operations(): Operations {
  return new Operations({
    schema,
    introspection: true,
    persisted: null,
    preparing: new TimeBudget(1000, 500),
    execution: new ExecutionBudget({ perAccountMs: 1000, perAddressMs: 1000 }),
    log: new KeptLog(),
    limits: {
      bytes: 1000,
      tokens: 100,
      depth: 5,
      aliases: 5,
      directives: 5,
      fields: 50,
      overlaps: 50,
      name: 100,
      objects: 1000,
      errorLength: 500,
      variables: { items: 100, depth: 10 },
      cached: CACHED,
    },
  });
}

const document = (number: number) => `query Q${number} { __typename }`;

test('OPERATION_CACHE: at it documents are prepared once, past it the one unused for longest is forgotten', () => {
  const under = operations();
  const prepare = (number: number) => under.prepare(document(number), null, '127.0.0.1');
  const first = [1, 2, 3].map(prepare);
  expect([1, 2, 3].map(prepare)).toEqual(first);
  for (const [index, operation] of first.entries()) expect(prepare(index + 1)).toBe(operation);
  prepare(1);
  prepare(4);
  expect(prepare(1)).toBe(first[0]);
  expect(prepare(2)).not.toBe(first[1]);
});

test('what is wrong with a document is not kept', () => {
  const under = operations();
  const prepare = (text: string) => under.prepare(text, null, '127.0.0.1');
  const kept = prepare(document(1));
  for (let number = 0; number < 10; number += 1) {
    expect(isRefused(prepare(`{ nothing${number} }`))).toBe(true);
  }
  expect(prepare(document(1))).toBe(kept);
});

test('a document of several operations needs a name, and runs the one that is named', () => {
  const under = operations();
  const text = 'query A { __typename } query B { me { id } }';
  const prepare = (name: string | null) => under.prepare(text, name, '127.0.0.1');
  expect(isRefused(prepare(null))).toBe(true);
  expect(isRefused(prepare('C'))).toBe(true);
  expect(prepare('B')).toMatchObject({ name: 'B', type: 'query' });
});

test('what a call makes is gone with the next collection of young objects, be it a query or a mutation', async () => {
  const under = operations();
  const prepared = ['{ __typename }', 'mutation { __typename }'].map((text) => {
    const operation = under.prepare(text, null, '127.0.0.1');
    if (isRefused(operation)) throw new Error('A document was refused.');
    return operation;
  });
  for (const operation of prepared) {
    // 20,000 calls of some 10 KB each; what outlives them twice is moved to the old ones.
    let outlived = 0;
    let before = oldBytes();
    for (let call = 0; call < 20_000; call += 1) {
      const made = Array.from({ length: 300 }, (_, index) => ({ index }));
      operation.answer({ made, address: '', caller: null } as unknown as Context, {});
      if (call % 100 !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      const now = oldBytes();
      outlived += Math.max(0, now - before);
      before = now;
    }
    expect(outlived, operation.type).toBeLessThan(10_000_000);
  }
});

function oldBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  return space?.space_used_size ?? 0;
}
