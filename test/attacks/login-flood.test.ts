import { availableParallelism } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';
import { LegitimateCall } from './legitimate-call.ts';

const CALLS = 50;
/** Two signals a second in each call. */
const EVERY_MS = 500;
const SECONDS = 6;
/** One hash of a password on one core, measured on a quiet machine, in milliseconds. */
const HASH_MS = 21;

let server: AttackedServer;
let calls: LegitimateCall;

beforeAll(async () => {
  server = await AttackedServer.start({ SOCKETS_PER_ADDRESS: '1000' });
  calls = await LegitimateCall.start(server, EVERY_MS, CALLS);
}, 120_000);
afterAll(async () => {
  calls.end();
  await server.close();
});

test('a flood of sign-ins at five times capacity, during 50 calls', async () => {
  await calls.report();
  await pass(SECONDS * 1000);
  const quiet = await calls.report();

  const perSecond = 5 * (1000 / HASH_MS) * Math.max(1, availableParallelism() - 1);
  const answers: { type: string; ms: number }[] = [];
  const start = performance.now();
  const asking: Promise<void>[] = [];
  for (let i = 0; i < perSecond * SECONDS; i += 1) {
    const waitMs = start + (i / perSecond) * 1000 - performance.now();
    if (waitMs > 1) await pass(waitMs);
    asking.push(ask(i, answers));
  }
  await Promise.all(asking);
  const flooded = await calls.report();

  const refused = answers.filter(({ type }) => type === 'RateLimitedError').map(({ ms }) => ms);
  refused.sort((a, b) => a - b);
  const at = (share: number) => refused[Math.floor(refused.length * share)] ?? 0;
  process.stdout.write(
    `ATTACK a flood of ${answers.length} sign-ins in ${SECONDS} s, ${perSecond.toFixed(0)} a second, during ${CALLS} calls
       the attacker gets: ${answers.length - refused.length} tries and ${refused.length} RateLimitedError, after ${at(0.5).toFixed(1)} ms (p50), ${at(0.99).toFixed(1)} ms (p99)
       the calls: ${quiet.received} signals before, p50 ${quiet.p50.toFixed(1)} p99 ${quiet.p99.toFixed(1)} ms; ${flooded.received} during it, p50 ${flooded.p50.toFixed(1)} p99 ${flooded.p99.toFixed(1)} ms (${(flooded.p99 / quiet.p99).toFixed(2)} times)\n`,
  );
  expect(refused.length).toBeGreaterThan(0);
  // On a machine that is busy with other things the calls were slow before, and so is everything else.
  expect(at(0.5)).toBeLessThan(Math.max(100, 20 * quiet.p99));
  for (const { failures, lost } of [quiet, flooded]) {
    expect(failures).toEqual([]);
    expect(lost).toBe(0);
  }
});

async function ask(i: number, answers: { type: string; ms: number }[]): Promise<void> {
  const asked = performance.now();
  const input = { email: `flood-${i}@example.com`, password: 'x', delivery: 'BEARER' };
  const { __typename } = await mutate(server.graphqlUrl, 'login', input, 'token', asStranger());
  answers.push({ type: __typename, ms: performance.now() - asked });
}
