import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { surroundings } from '../harness/machine.ts';
import { PeerQLServers } from '../harness/peerql.ts';
import { Child } from '../harness/rpc.ts';
import type { Held } from './control.ts';
import { judge, type Series } from './flatness.ts';
import { Issuer } from './issuer.ts';
import { plot } from './plot.ts';
import { type Done, traffic } from './traffic.ts';

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
const control = new URL('./control.js', import.meta.url);

interface SoakSample extends Done {
  minute: number;
  held: Held;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
say(
  `Soak: ${minutes} minutes, ${lanes} calls and ${lanes} rings a second, sampled every ${everyMs / 1000} s`,
);
const seeded = await PeerQLServers.seed(lanes * 4 + 1);
const variant = await seeded.variant('peerql', 'PeerQL');
const tokens = variant.protocol.name === 'peerql' ? variant.protocol.tokens : [];
const issuer = await Issuer.start();
const server = new Child('PeerQL', variant.entry, {
  args: variant.args ?? [],
  // In production an issuer needs https.
  env: { ...variant.env, NODE_ENV: 'development', TRUSTED_ISSUERS: issuer.trusted },
  execArgv: ['--import', control.href],
});
const samples: SoakSample[] = [];
let failures = 0;

const failed = (error: Error) => {
  failures += 1;
  say(`FAILED ${error.message.slice(0, 300)}`);
};

try {
  const { port } = (await server.ready) as { port: number };
  const email = `seed-${lanes * 4}@bench.example`;
  const about = { port, tokens, lanes, issuer, email, failed };
  const began = performance.now();
  const end = began + minutes * 60_000;
  while (performance.now() < end) {
    const did = await traffic(about, Math.min(end, performance.now() + everyMs));
    // Nobody is in a call now, so anything that is still held is leaked, or waits for a timer.
    const held = await server.call<Held>('held');
    const minute = (performance.now() - began) / 60_000;
    samples.push({ minute, held, ...did });
    say(
      `${minute.toFixed(1)} min: ${did.calls} calls, ${did.rings} rings, ${did.outsiders} outside tokens, ${did.logins} sign-ins, ${did.late} late, RSS ${Math.round(held.rssBytes / 2 ** 20)} MB, heap ${(held.heapBytes / 2 ** 20).toFixed(1)} MB, ${countOf(held)} handles, signals p50 ${did.signalP50.toFixed(1)} ms`,
    );
  }
} finally {
  issuer.stop();
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
  series('Ring until it rings, p50', 'ms', { share: 0.5, least: 2 }, ({ ringP50 }) => ringP50),
  series(
    'Outside token exchanged, p50',
    'ms',
    { share: 0.5, least: 2 },
    ({ outsiderP50 }) => outsiderP50,
  ),
  series('Resumes, p50', 'ms', { share: 0.5, least: 5 }, ({ resumeP50 }) => resumeP50),
];
const verdicts = all.map(judge);
const sum = (count: (sample: SoakSample) => number) =>
  samples.reduce((total, sample) => total + count(sample), 0);
const done = {
  calls: sum(({ calls }) => calls),
  rings: sum(({ rings }) => rings),
  outsiders: sum(({ outsiders }) => outsiders),
  logins: sum(({ logins }) => logins),
  late: sum(({ late }) => late),
};
const about = surroundings();
const folder = new URL('../../results/', import.meta.url);
await mkdir(folder, { recursive: true });
const name = `soak-${about.date.replaceAll(':', '-')}`;
const title = [
  `PeerQL ${about.product.peerql} (${about.commit}): ${minutes} minutes at a fixed rate`,
  `${done.calls} calls, ${done.rings} rings, ${done.outsiders} outside tokens, ${done.logins} sign-ins; ${done.late} late, ${failures} failures`,
];
await writeFile(
  new URL(`${name}.json`, folder),
  JSON.stringify({ about, minutes, lanes, done, failures, verdicts, samples }, null, 1),
);
await writeFile(new URL(`${name}.svg`, folder), plot(title, all));
process.stdout.write(
  [
    ...title,
    ...verdicts.map(
      ({ name, unit, mean, rise, error, mayRise, flat }) =>
        `${flat ? 'flat ' : 'RISES'} ${name}: mean ${mean.toFixed(2)} ${unit}, rises ${rise.toFixed(2)} ± ${(2 * error).toFixed(2)}, may rise ${mayRise.toFixed(2)}`,
    ),
    `${fileURLToPath(new URL(`${name}.svg`, folder))}`,
    '',
  ].join('\n'),
);
process.exit(failures > 0 || verdicts.some(({ flat }) => !flat) ? 1 : 0);
