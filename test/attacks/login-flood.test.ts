import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AttackedServer } from './attacked-server.ts';
import { type CallReport, LegitimateCall } from './legitimate-call.ts';

const FLOODER = fileURLToPath(new URL('./flooder.mjs', import.meta.url));
const CALLS = 50;
/** Four signals a second in each call. */
const EVERY_MS = 250;
const SECONDS = 4;
/** Quiet and flooded take turns, so that a machine that is busy for a while weighs on both. */
const ROUNDS = 3;

let server: AttackedServer;
let calls: LegitimateCall;
let flooder: ChildProcess;
/** Sign-ins that the server can prove in a second. */
let capacity: number;

beforeAll(async () => {
  server = await AttackedServer.start({ SOCKETS_PER_ADDRESS: '1000' });
  calls = await LegitimateCall.start(server, EVERY_MS, CALLS);
  flooder = fork(FLOODER, [], { execArgv: [] });
  const [{ hashesPerSecond }] = await once(flooder, 'message');
  capacity = hashesPerSecond * Math.max(1, availableParallelism() - 1);
}, 120_000);
afterAll(async () => {
  flooder?.kill();
  calls?.end();
  await server?.close();
});

test('a flood of sign-ins at five times capacity, during 50 calls', {
  timeout: 180_000,
}, async () => {
  const perSecond = Math.round(5 * capacity);
  const refused: number[] = [];
  const tried: number[] = [];
  const rounds: { quiet: CallReport; flooded: CallReport }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await calls.report();
    await pass(SECONDS * 1000);
    const quiet = await calls.report();

    const done = once(flooder, 'message');
    flooder.send({ url: server.graphqlUrl, perSecond, seconds: SECONDS });
    const [{ answers }] = (await done) as [{ answers: Record<string, number[]> }];
    rounds.push({ quiet, flooded: await calls.report() });
    const { RateLimitedError = [], BadCredentialsError = [], ...others } = answers;
    expect(others).toEqual({});
    refused.push(...RateLimitedError);
    tried.push(...BadCredentialsError);
  }

  const p99s = rounds.map(({ quiet, flooded }) => ({
    before: quiet.p99,
    during: flooded.p99,
    ratio: flooded.p99 / quiet.p99,
  }));
  const shown = p99s.map(
    ({ before, during, ratio }) =>
      `${before.toFixed(1)} → ${during.toFixed(1)} ms (${ratio.toFixed(2)} times)`,
  );
  const signals = rounds.reduce(
    (sum, { quiet, flooded }) => sum + quiet.received + flooded.received,
    0,
  );
  process.stdout.write(
    `ATTACK a flood of ${refused.length + tried.length} sign-ins, ${perSecond} a second, in ${ROUNDS} rounds of ${SECONDS} s during ${CALLS} calls
       the attacker gets: ${tried.length} tries after ${show(tried)}, and ${refused.length} RateLimitedError after ${show(refused)}
       the calls: ${signals} signals, p99 before and during the flood ${shown.join(', ')}; median ${at(
         p99s.map(({ ratio }) => ratio),
         0.5,
       ).toFixed(2)} times\n`,
  );
  expect(refused.length).toBeGreaterThan(0);
  // On a machine that is busy with other things the calls were slow before, and so is everything else.
  const slowest = Math.max(...p99s.map(({ before }) => before));
  expect(at(refused, 0.5)).toBeLessThan(Math.max(100, 20 * slowest));
  for (const { failures, lost } of rounds.flatMap(({ quiet, flooded }) => [quiet, flooded])) {
    expect(failures).toEqual([]);
    expect(lost).toBe(0);
  }
});

function at(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
}

function show(times: readonly number[]): string {
  return `${at(times, 0.5).toFixed(1)} ms (p50), ${at(times, 0.99).toFixed(1)} ms (p99)`;
}
