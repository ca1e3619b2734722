import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { goals } from './harness/goals.ts';
import { surroundings } from './harness/machine.ts';
import { findMongod } from './harness/mongod.ts';
import { liftedLimits, PeerQLServers } from './harness/peerql.ts';
import { fullPlan, type Plan, quickPlan } from './harness/plan.ts';
import { hasRedis } from './harness/redis.ts';
import { type Contestants, runIdleRound, runRound, type Sample } from './harness/rounds.ts';
import { clusterPeers, peers } from './harness/servers.ts';
import { summarise } from './harness/summary.ts';
import { table } from './harness/table.ts';

// These are other kinds of runs with their own options; they end the process.
if (process.argv.includes('--soak')) await import('./soak/main.ts');
if (process.argv.includes('--mesh')) await import('./mesh/main.ts');

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    servers: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(
    [
      'npm run bench -- [options]',
      '  --quick             fewer rounds, shorter, within five minutes',
      '  --rounds N          rounds instead of the plan’s number',
      '  --only A,B-half,E   workloads by id or letter',
      '  --servers ws,yoga   peers by name, beside PeerQL',
      '  --mesh --people 2,4 calls of so many people in as many browsers: CPU, uplink and frames a second of one',
      '  --soak --minutes 60 one server under mixed load at a fixed rate: is what it holds flat, and how soon it answers',
      '',
    ].join('\n'),
  );
  process.exit(0);
}

const begun = performance.now();
const say = (line: string) => {
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stderr.write(`${String(seconds).padStart(5)} s  ${line}\n`);
};

function planned(): Plan {
  const plan = values.quick ? quickPlan : fullPlan;
  const rounds = values.rounds ? Number(values.rounds) : plan.rounds;
  const only = values.only?.split(',');
  const wanted = (id: string) => !only || only.includes(id) || only.includes(id.charAt(0));
  const workloads = plan.workloads.filter(({ id }) => wanted(id));
  const rings = workloads.some(({ needs }) => needs === 'calls') ? plan.warmUp.rings : 0;
  return {
    ...plan,
    rounds,
    warmUp: { ...plan.warmUp, rings },
    idleRounds: wanted('E') ? Math.min(rounds, plan.idleRounds) : 0,
    workloads,
  };
}

async function contestants(seeded: PeerQLServers): Promise<Contestants> {
  const named = values.servers?.split(',');
  return {
    servers: [
      await seeded.variant('peerql', 'PeerQL'),
      ...peers.filter(({ name }) => !named || named.includes(name)),
    ],
    variants: [
      await seeded.variant('peerql-signal-ids', 'PeerQL with signalIds, as its SDK sends', {
        signalIds: true,
      }),
    ],
    clusters: canCluster
      ? [
          await seeded.variant('peerql-redis-1', 'PeerQL, Redis, one node', { nodes: 1 }),
          await seeded.variant('peerql-redis-2', 'PeerQL, Redis, 2 nodes', { nodes: 2 }),
          ...clusterPeers,
        ]
      : [],
  };
}

const plan = planned();
const canCluster = hasRedis() && findMongod() !== null;
if (plan.workloads.some(({ clusters }) => clusters) && !canCluster) {
  say('SKIPPED: R: it needs a redis-server on the PATH, and a mongod (.ci/get-mongod)');
}
say(`registers ${plan.accounts} accounts`);
const seeded = await PeerQLServers.seed(plan.accounts);
const samples: Sample[] = [];
const about = surroundings();
const folder = new URL('../results/', import.meta.url);
await mkdir(folder, { recursive: true });
const file = new URL(
  `${about.date.replaceAll(':', '-')}${values.quick ? '-quick' : ''}.json`,
  folder,
);
let rounds = 0;
try {
  const taking = await contestants(seeded);
  const all = [...taking.servers, ...taking.variants, ...taking.clusters];
  const labels = new Map(all.map(({ name, label }) => [name, label]));
  for (let round = 1; round <= plan.rounds; round++) {
    const start = performance.now();
    if (plan.workloads.length > 0) samples.push(...(await runRound(round, plan, taking, say)));
    if (round <= plan.idleRounds) {
      samples.push(...(await runIdleRound(round, plan, taking.servers, say)));
    }
    rounds = round;
    // Written after each round, so that an interrupted run keeps its results.
    const report = {
      about,
      quick: values.quick,
      rounds,
      liftedLimits,
      goals: goals(samples),
      rows: summarise(plan, samples, labels),
      samples,
    };
    await writeFile(file, JSON.stringify(report, null, 1));
    const now = performance.now();
    if ((now - begun + now - start) / 1000 > plan.withinSeconds) break;
  }
  const lifted = Object.entries(liftedLimits).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(
    [
      `PeerQL ${about.product.peerql} (${about.commit}), ${about.date}`,
      `${about.cpu}, ${about.cores} cores, ${about.memoryGiB} GiB, ${about.system}, Node ${about.node}`,
      `Peers: ${Object.entries(about.peers)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      `Limits lifted for PeerQL: ${lifted.join(' ')}`,
      `Medians of ${rounds} rounds, spread in brackets; void rounds are left out.`,
      '',
      table(summarise(plan, samples, labels), goals(samples)),
      '',
      `Raw figures: ${fileURLToPath(file)}`,
      '',
    ].join('\n'),
  );
} finally {
  await seeded.remove();
}

const failed = samples.filter((sample) => sample.failed);
const voids = samples.filter((sample) => sample.void);
for (const sample of voids) {
  process.stderr.write(
    `${sample.failed ? 'FAILED' : 'VOID, the machine was busy:'} round ${sample.round} ${sample.workload} ${sample.server}: ${sample.void}\n`,
  );
}
say(
  `done: ${samples.length} figures, ${failed.length} failed, ${voids.length - failed.length} void for a busy machine`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
