import type { GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { Observability } from '../../src/observability/observability.ts';
import { Pseudonyms } from '../../src/observability/pseudonyms.ts';
import { Timing } from '../../src/observability/series.ts';
import { KeptLog } from '../kit/log.ts';

const resolverOf = (of: GraphQLSchema, field: string) =>
  of.getMutationType()?.getFields()[field]?.resolve;

async function observed(metrics: boolean): Promise<GraphQLSchema> {
  const observability = await Observability.start({
    metrics: metrics ? { token: null, production: false } : null,
    tracing: null,
    log: new KeptLog(),
    secret: 'x',
  });
  return observability.schema(schema);
}

test('where nothing is measured or traced, signals run through the very same resolvers', async () => {
  const off = await observed(false);
  const on = await observed(true);
  for (const field of ['sendOffer', 'sendAnswer', 'sendIceCandidates', 'sendMessage', 'setMedia']) {
    const plain = resolverOf(schema, field);
    expect(plain).toBeTypeOf('function');
    expect(resolverOf(off, field)).toBe(plain);
    expect(resolverOf(on, field)).not.toBe(plain);
  }
  // Its line in the log is wanted either way.
  expect(resolverOf(off, 'login')).not.toBe(resolverOf(schema, 'login'));
});

test('a port is itself where nothing is measured or traced', async () => {
  const parts = { tracing: null, log: new KeptLog(), secret: 'x' };
  const off = await Observability.start({ ...parts, metrics: null });
  const port = { find: async () => null };
  expect(off.store('rooms', port)).toBe(port);
  expect(off.redis('roomLog', port)).toBe(port);
});

test('a latency is counted in the first bucket that it does not exceed', () => {
  const timing = new Timing();
  for (const ms of [0, 0.1, 0.11, 10_000, 10_001]) timing.observe(ms);
  const { count, sumSeconds, buckets } = timing.read();
  expect(count).toBe(5);
  expect(sumSeconds).toBeCloseTo(20.00121);
  expect(buckets[0]).toEqual([0.0001, 2]);
  expect(buckets[1]).toEqual([0.00025, 3]);
  expect(buckets.at(-2)).toEqual([10, 4]);
  expect(buckets.at(-1)).toEqual(['+Inf', 5]);
});

test('a pseudonym is the same on every node of a secret, and another under another', () => {
  const [one, node, other] = [new Pseudonyms('a'), new Pseudonyms('a'), new Pseudonyms('b')];
  expect(one.of('ann')).toBe(node.of('ann'));
  expect(one.of('ann')).not.toBe(one.of('bob'));
  expect(one.of('ann')).not.toBe(other.of('ann'));
});
