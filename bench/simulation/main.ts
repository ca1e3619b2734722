import { readFile } from 'node:fs/promises';
import { type Capacity, type Costs, capacity, type Habits, type Targets } from './capacity.ts';
import type { Backoff, ClusterShape } from './returning.ts';
import { type RollingOptions, rolling } from './rolling.ts';
import { type StormOptions, storm } from './storm.ts';

// Computes the figures of docs/scaling.md from the measured costs: `npm run simulate`. It reads no clock and uses
// seeded random numbers, so it always prints the same.

interface Measured extends Costs {
  storm: { lost: number; ms: { p50: number; p99: number; max: number } };
}

const file = new URL('../../simulation/costs.json', import.meta.url);
const text = await readFile(file, 'utf8').catch(() => {
  throw new Error('Nothing was measured yet: npm --prefix bench run cluster -- --write');
});
const costs = JSON.parse(text) as Measured;
const sdk = new URL('../../../dist/client/backoff.js', import.meta.url);
const { backoffMs: backoff } = (await import(sdk.href)) as { backoffMs: Backoff };

const seed = 1;
const graceMs = 30_000;
const habits: Habits = { roomSize: 4, staySeconds: 900, signalsPerPair: 8, changesPerHour: 20 };
const targets: Targets = { nodeShare: 0.6, redisShare: 0.5, participantsPerNode: 10_000 };
const mongoCores = 4;

const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const count = (value: number) => Number(value.toPrecision(value < 10 ? 2 : 3)).toLocaleString('en');
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const out: string[] = [];
const table = (title: string, head: readonly string[], rows: (string | number)[][]) =>
  out.push(`\n## ${title}\n`, line(head), line(head.map(() => '---')), ...rows.map(line));

/** A cluster with this many full nodes. */
function shape(nodes: number, background = 0.6): ClusterShape {
  const full = capacity(nodes * targets.participantsPerNode, costs, habits, targets);
  return {
    nodes,
    redisShards: full.redisShards,
    mongoCores,
    background,
    roundTripMs: 40,
    cost: costs.resume,
  };
}

const people = [10_000, 1_000_000, 100_000_000];
const sizes: Capacity[] = people.map((number) => capacity(number, costs, habits, targets));
table(
  'How large',
  [
    'people in calls',
    'joins / s',
    'signals / s',
    'node cores busy',
    'nodes',
    'asked for by',
    'Redis cores busy',
    'Redis shards',
    'Redis GB',
    'MongoDB cores busy',
  ],
  sizes.map((size) => [
    count(size.people),
    count(size.joinsPerSecond),
    count(size.signalsPerSecond),
    count(size.nodeCores),
    size.nodes.toLocaleString('en'),
    size.nodesBy,
    count(size.redisCores),
    size.redisShards.toLocaleString('en'),
    count(size.redisGigabytes),
    count(size.mongoCores),
  ]),
);

const storms: [string, Partial<StormOptions> & { nodes: number; lost: number }][] = [
  [
    `as measured: 3 nodes, ${costs.storm.lost} participants each, one killed, idle`,
    { nodes: 3, lost: 1, perNode: costs.storm.lost, background: 0, roundTripMs: 0 },
  ],
  ['one of 3 full nodes killed', { nodes: 3, lost: 1 }],
  ['one of 10', { nodes: 10, lost: 1 }],
  ['one of 100', { nodes: 100, lost: 1 }],
  [
    'one of 10 vanishes: no broken sockets, only silence',
    { nodes: 10, lost: 1, noticed: 'by silence' },
  ],
  ['a zone: 3 of 9', { nodes: 9, lost: 3 }],
  ['a zone: 34 of 100', { nodes: 100, lost: 34 }],
  ['every socket of 10 nodes (Redis was away)', { nodes: 10, lost: 0 }],
  [
    'the same, nodes half as full',
    { nodes: 10, lost: 0, perNode: targets.participantsPerNode / 2, background: 0.3 },
  ],
];
table(
  'Reconnect storms',
  [
    'what',
    'participants',
    '50 % back',
    '99 % back',
    'all back',
    'tries',
    'dropped',
    'longest wait at a node',
    'at Redis',
  ],
  storms.map(([what, options]) => {
    const found = storm({
      ...shape(options.nodes),
      seed,
      perNode: targets.participantsPerNode,
      noticed: 'at once',
      heartbeatSeconds: 4,
      graceMs,
      backoff,
      ...options,
    });
    return [
      what,
      found.participants.toLocaleString('en'),
      seconds(found.half),
      seconds(found.most),
      seconds(found.all),
      found.attempts.toFixed(2),
      found.dropped,
      seconds(found.longestNodeWaitMs),
      seconds(found.longestRedisWaitMs),
    ];
  }),
);

const deploys: [string, Partial<RollingOptions> & { nodes: number }][] = [
  ['3 nodes, one at a time, no surge', { nodes: 3, atOnce: 1, surge: false }],
  ['3 nodes, one at a time, surge', { nodes: 3, atOnce: 1 }],
  ['10 nodes, one at a time, surge', { nodes: 10, atOnce: 1 }],
  ['30 nodes, one at a time, surge', { nodes: 30, atOnce: 1 }],
  ['30 nodes, 3 at a time, surge', { nodes: 30, atOnce: 3 }],
  ['10 nodes, one at a time, surge, drained over 1 s', { nodes: 10, atOnce: 1, drainMs: 1000 }],
];
table(
  'Rolling deploys',
  [
    'what',
    'takes',
    'moves a participant',
    'at most',
    'away 50 %',
    'away 99 %',
    'dropped',
    'fullest node',
    'longest wait at a node',
  ],
  deploys.map(([what, options]) => {
    const found = rolling({
      ...shape(options.nodes),
      seed,
      perNode: targets.participantsPerNode,
      atOnce: 1,
      surge: true,
      drainMs: 25_000,
      startMs: 5000,
      graceMs,
      backoff,
      ...options,
    });
    return [
      what,
      seconds(found.totalMs),
      found.moves.toFixed(2),
      found.mostMoves,
      seconds(found.awayHalf),
      seconds(found.awayMost),
      found.dropped,
      `${found.fullest.toFixed(2)} ×`,
      seconds(found.longestNodeWaitMs),
    ];
  }),
);
process.stdout.write(`${out.join('\n')}\n`);
