import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { password, postJson } from '../generator/http.ts';
import { surroundings } from '../harness/machine.ts';
import { PeerQLServers } from '../harness/peerql.ts';
import { Child } from '../harness/rpc.ts';
import { type CallTimes, call } from './call.ts';
import type { Held } from './control.ts';
import { judge, type Series } from './flatness.ts';
import { plot } from './plot.ts';

const { values } = parseArgs({
  options: {
    soak: { type: 'boolean' },
    minutes: { type: 'string', default: '30' },
    calls: { type: 'string', default: '4' },
    'every-seconds': { type: 'string', default: '15' },
  },
});
const minutes = Number(values.minutes);
const lanes = Number(values.calls);
const everyMs = Number(values['every-seconds']) * 1000;
/** The time between two calls of a lane: a fixed pace, independent of the machine. */
const PACE_MS = 400;

const control = new URL('./control.js', import.meta.url);

interface SoakSample {
  minute: number;
  held: Held;
  calls: number;
  logins: number;
  joinP50: number;
  signalP50: number;
  signalP99: number;
  resumeP50: number;
}

type Answer = { data?: Record<string, Record<string, unknown> | null>; errors?: unknown };

/** Runs one mutation over HTTP; rejects if it did not succeed. */
async function mutate(
  port: number,
  field: string,
  input: object | null,
  token: string,
  selection: string,
) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const query =
    input === null
      ? `mutation { ${field} { __typename } }`
      : `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename ... on ${type}Success { ${selection} } } }`;
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const answer = await postJson<Answer>(port, '/graphql', { query, variables: { input } }, headers);
  const result = answer.data?.[field];
  if (result?.__typename !== `${type}Success`) throw new Error(JSON.stringify(answer));
  return result;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
say(`Soak: ${minutes} minutes, ${lanes} calls at once, sampled every ${everyMs / 1000} s`);
const seeded = await PeerQLServers.seed(lanes * 2 + 1);
const variant = await seeded.variant('peerql', 'PeerQL');
const tokens = variant.protocol.name === 'peerql' ? variant.protocol.tokens : [];
const server = new Child('PeerQL', variant.entry, {
  args: variant.args ?? [],
  env: variant.env ?? {},
  execArgv: ['--import', control.href],
});
const samples: SoakSample[] = [];
let failures = 0;

/** Makes every lane call, and people sign in and out, until `until`; resolves when everything has ended. */
async function traffic(port: number, until: number) {
  const times: CallTimes = { joins: [], signals: [], resumes: [] };
  let calls = 0;
  let logins = 0;
  const tolerate = (error: Error) => {
    failures += 1;
    say(`FAILED ${error.message.slice(0, 300)}`);
  };
  const lane = async (number: number) => {
    const pair = [tokens[number * 2] ?? '', tokens[number * 2 + 1] ?? ''] as const;
    while (performance.now() < until) {
      await (async () => {
        const { room } = await mutate(port, 'createRoom', { capacity: 2 }, pair[0], 'room { id }');
        const { id } = room as { id: string };
        const took = await call(port, id, pair);
        times.joins.push(...took.joins);
        times.signals.push(...took.signals);
        times.resumes.push(...took.resumes);
        await mutate(port, 'closeRoom', { roomId: id }, pair[0], 'roomId');
        calls += 1;
      })().catch(tolerate);
      await delay(PACE_MS);
    }
  };
  const signingIn = async () => {
    const input = { email: `seed-${lanes * 2}@bench.example`, password, delivery: 'BEARER' };
    while (performance.now() < until) {
      await (async () => {
        const { token } = await mutate(port, 'login', input, '', 'token');
        await mutate(port, 'logout', null, String(token), '');
        logins += 1;
      })().catch(tolerate);
      await delay(PACE_MS * 5);
    }
  };
  await Promise.all([...Array.from({ length: lanes }, (_, n) => lane(n)), signingIn()]);
  const sorted = (list: number[]) => list.sort((a, b) => a - b);
  return {
    calls,
    logins,
    joinP50: quantile(sorted(times.joins), 0.5),
    signalP50: quantile(sorted(times.signals), 0.5),
    signalP99: quantile(sorted(times.signals), 0.99),
    resumeP50: quantile(sorted(times.resumes), 0.5),
  };
}

try {
  const { port } = (await server.ready) as { port: number };
  const began = performance.now();
  const end = began + minutes * 60_000;
  while (performance.now() < end) {
    const did = await traffic(port, Math.min(end, performance.now() + everyMs));
    // Nobody is in a call now, so anything that is still held is leaked, or waits for a timer.
    const held = await server.call<Held>('held');
    const minute = (performance.now() - began) / 60_000;
    samples.push({ minute, held, ...did });
    say(
      `${minute.toFixed(1)} min: ${did.calls} calls, ${did.logins} sign-ins, RSS ${Math.round(held.rssBytes / 2 ** 20)} MB, heap ${(held.heapBytes / 2 ** 20).toFixed(1)} MB, ${countOf(held)} handles, signals p50 ${did.signalP50.toFixed(1)} ms`,
    );
  }
} finally {
  await server.end();
  await seeded.remove();
}

function countOf({ resources }: Held): number {
  return Object.values(resources).reduce((sum, n) => sum + n, 0);
}

const series = (
  name: string,
  unit: string,
  mayRise: Series['mayRise'],
  value: (sample: SoakSample) => number,
): Series => ({
  name,
  unit,
  mayRise,
  points: samples.map((sample) => ({ minute: sample.minute, value: value(sample) })),
});
const all = [
  series('RSS', 'MB', { share: 0.1, least: 8 }, ({ held }) => held.rssBytes / 2 ** 20),
  series(
    'Heap after collection',
    'MB',
    { share: 0.05, least: 1.5 },
    ({ held }) => held.heapBytes / 2 ** 20,
  ),
  series('Handles between calls', 'handles', { share: 0, least: 2 }, ({ held }) => countOf(held)),
  series('Signals, p50', 'ms', { share: 0.5, least: 1 }, ({ signalP50 }) => signalP50),
  series('Signals, p99', 'ms', { share: 0.5, least: 5 }, ({ signalP99 }) => signalP99),
  series('Resumes, p50', 'ms', { share: 0.5, least: 5 }, ({ resumeP50 }) => resumeP50),
];
const verdicts = all.map(judge);
const calls = samples.reduce((sum, sample) => sum + sample.calls, 0);
const logins = samples.reduce((sum, sample) => sum + sample.logins, 0);
const about = surroundings();
const folder = new URL('../../results/', import.meta.url);
await mkdir(folder, { recursive: true });
const name = `soak-${about.date.replaceAll(':', '-')}`;
const title = `PeerQL ${about.product.peerql} (${about.commit}): ${minutes} minutes, ${calls} calls, ${logins} sign-ins, ${failures} failures`;
await writeFile(
  new URL(`${name}.json`, folder),
  JSON.stringify({ about, minutes, lanes, calls, logins, failures, verdicts, samples }, null, 1),
);
await writeFile(new URL(`${name}.svg`, folder), plot(title, all));
process.stdout.write(
  [
    title,
    ...verdicts.map(
      ({ name, unit, mean, rise, error, mayRise, flat }) =>
        `${flat ? 'flat ' : 'RISES'} ${name}: mean ${mean.toFixed(2)} ${unit}, rises ${rise.toFixed(2)} ± ${(2 * error).toFixed(2)}, may rise ${mayRise.toFixed(2)}`,
    ),
    `${fileURLToPath(new URL(`${name}.svg`, folder))}`,
    '',
  ].join('\n'),
);
process.exit(failures > 0 || verdicts.some(({ flat }) => !flat) ? 1 : 0);
