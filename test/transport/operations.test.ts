import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { isRefused, Operations } from '../../src/transport/operations/operations.ts';
import { PreparingBudget } from '../../src/transport/operations/preparing-budget.ts';
import { allTechniques } from '../../src/transport/techniques.ts';
import { KeptLog } from '../kit/log.ts';

const CACHED = 3;

function operations(): Operations {
  return new Operations({
    schema,
    introspection: true,
    persisted: null,
    budget: new PreparingBudget(1000),
    techniques: allTechniques,
    log: new KeptLog(),
    limits: {
      bytes: 1000,
      tokens: 100,
      depth: 5,
      aliases: 5,
      directives: 5,
      fields: 50,
      overlaps: 50,
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
