import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { Compiler } from '../../src/execution/compile.ts';
import { ExecutionBudget } from '../../src/execution/execution-budget.ts';
import { isRefused } from '../../src/execution/operation.ts';
import { type OperationLimits, Operations } from '../../src/execution/operations.ts';
import { TimeBudget } from '../../src/execution/time-budget.ts';
import type { Context } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { KeptLog } from '../kit/log.ts';

const CACHED = 3;

function operations(
  preparing = new TimeBudget(1000, 500),
  own: Partial<OperationLimits> = {},
): Operations {
  return new Operations({
    schema,
    introspection: true,
    persisted: null,
    preparing,
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
      ...own,
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

test('of a document sixteen operations are kept, and past that the oldest is forgotten', () => {
  const under = operations();
  const names = Array.from({ length: 17 }, (_, index) => `Q${index}`);
  const text = names.map((name) => `query ${name}{__typename}`).join(' ');
  const prepare = (name: string) => under.prepare(text, name, '127.0.0.1');
  const sixteen = names.slice(0, 16).map(prepare);
  expect(names.slice(0, 16).map(prepare)).toEqual(sixteen);
  expect(prepare('Q0')).toBe(sixteen[0]);
  prepare('Q16');
  expect(prepare('Q15')).toBe(sixteen[15]);
  expect(prepare('Q0')).not.toBe(sixteen[0]);
});

/** Much of everything. */
const WIDE = { bytes: 65_536, tokens: 1000, fields: 500, overlaps: 1000, aliases: 15, cached: 500 };

/** A document of so many fields, 240 or a few more. */
function wide(number: number, fields: number): string {
  const each = ['id', 'name', 'email'].flatMap((name) => Array.from({ length: 5 }, () => name));
  const people = Array.from(
    { length: 15 },
    (_, index) => `a${number}x${index}: me { ${each.join(' ')} }`,
  );
  return `query Q${number} { ${people.join(' ')} ${'__typename '.repeat(fields - 240)} }`;
}

test('of long documents fewer are kept', () => {
  const under = operations(new TimeBudget(1000, 1_000_000), WIDE);
  const long = (number: number) => `query L${number} { ${'me { id } '.repeat(25)} }`;
  const prepare = (number: number) => under.prepare(long(number), null, '127.0.0.1');
  // About 110 tokens each: 300 of them have fewer than 80 for each of 500, and 480 have more.
  const first = Array.from({ length: 300 }, (_, number) => prepare(number));
  expect(prepare(0)).toBe(first[0]);
  for (let number = 300; number < 480; number += 1) prepare(number);
  expect(prepare(0)).toBe(first[0]);
  expect(prepare(5)).not.toBe(first[5]);
});

function runTwice(under: Operations, text: string): void {
  const operation = under.prepare(text, null, '127.0.0.1');
  if (isRefused(operation)) throw new Error(operation[0]?.message);
  const services = { budgets: { pay: () => {} } };
  const context = { address: '127.0.0.1', caller: null, services } as unknown as Context;
  for (let run = 0; run < 2; run += 1) void operation.answer(context, {});
}

test('so many fields are kept compiled, of the operations that were used last', () => {
  const under = operations(new TimeBudget(1000, 1_000_000), WIDE);
  const compile = vi.spyOn(Compiler.prototype, 'compile');
  runTwice(under, document(1));
  runTwice(under, document(2));
  // 32 of them have 8,000 fields.
  for (let number = 10; number < 50; number += 1) {
    runTwice(under, wide(number, 250));
    runTwice(under, document(1));
  }
  expect(compile).toHaveBeenCalledTimes(42);
  runTwice(under, document(2));
  expect(compile).toHaveBeenCalledTimes(43);
  compile.mockRestore();
});

test('what was compiled and is forgotten leaves nothing behind', { timeout: 60_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  const collected = async () => {
    for (let round = 0; round < 5 && typeof gc === 'function'; round += 1) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage().heapUsed;
  };
  const under = operations(new TimeBudget(1000, 1_000_000), { ...WIDE, cached: 40 });
  // As many as are kept, and then as many again.
  for (let number = 0; number < 40; number += 1) runTwice(under, wide(number, 250));
  const before = await collected();
  for (let number = 40; number < 80; number += 1) runTwice(under, wide(number, 250));
  const grown = (await collected()) - before;
  expect(grown / 40).toBeLessThan(100_000);
});

test('an operation of 250 fields is compiled, one of more is not', () => {
  const under = operations(new TimeBudget(1000, 1_000_000), WIDE);
  const compile = vi.spyOn(Compiler.prototype, 'compile');
  runTwice(under, wide(1, 250));
  expect(compile.mock.results[0]?.value).not.toBeNull();
  runTwice(under, wide(2, 251));
  expect(compile.mock.results[1]?.value).toBeNull();
  // It does not try again.
  runTwice(under, wide(2, 251));
  expect(compile).toHaveBeenCalledTimes(2);
  compile.mockRestore();
});

test('nothing is compiled for an address that has used up its time for preparing', async () => {
  const compile = vi.spyOn(Compiler.prototype, 'compile');
  const preparing = new TimeBudget(100, 500);
  const under = operations(preparing);
  const operation = under.prepare(document(1), null, '127.0.0.1');
  if (isRefused(operation)) throw new Error('It was refused.');
  const answerTo = (address: string) =>
    operation.answer({ address, caller: null } as unknown as Context, {});
  preparing.spend('192.0.2.1', 10_000);
  for (let run = 0; run < 5; run += 1) await answerTo('192.0.2.1');
  expect(compile).not.toHaveBeenCalled();
  for (let run = 0; run < 5; run += 1) await answerTo('192.0.2.2');
  expect(compile).toHaveBeenCalledOnce();
  compile.mockRestore();
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
