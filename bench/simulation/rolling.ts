import { seededRandom, shuffled } from '../harness/statistics.ts';
import { type Backoff, Cluster, type ClusterShape } from './returning.ts';
import { Timeline } from './timeline.ts';

export interface RollingOptions extends ClusterShape {
  seed: number;
  perNode: number;
  /** How many nodes are replaced at once. */
  atOnce: number;
  /**
   * Whether a new node starts before an old one stops (a surge); otherwise the other nodes carry the load meanwhile.
   */
  surge: boolean;
  /** How long a node takes to close its sockets. */
  drainMs: number;
  /** How long a node takes from its start until it is ready. */
  startMs: number;
  graceMs: number;
  backoff: Backoff;
}

export interface RollingResult {
  /** How long the whole deploy took. */
  totalMs: number;
  /** How often a participant lost its socket, on average and at most. */
  moves: number;
  mostMoves: number;
  /** How long a participant was without a socket each time, in milliseconds. */
  awayHalf: number;
  awayMost: number;
  dropped: number;
  /** The most sockets of any node at any time, divided by the number before. */
  fullest: number;
  longestNodeWaitMs: number;
}

/** Stops and restarts every node, as a rolling deploy does, some at a time. */
export function rolling(options: RollingOptions): RollingResult {
  const { perNode, atOnce, surge, drainMs, startMs } = options;
  const random = seededRandom(options.seed);
  const timeline = new Timeline();
  const extra = surge ? atOnce : 0;
  const nodes = options.nodes + extra;
  const sockets = Array.from({ length: nodes }, (_, node) => (node < options.nodes ? perNode : 0));
  const shape = { ...options, nodes };
  const cluster = new Cluster(timeline, shape, random, options.backoff, sockets);
  const at = Array.from({ length: options.nodes * perNode }, (_, one) => Math.floor(one / perNode));
  const moves = new Uint16Array(at.length);
  const away: number[] = [];
  let fullest = perNode;

  const lose = (one: number, node: number) => {
    if (at[one] !== node) return;
    at[one] = -1;
    moves[one] = (moves[one] ?? 0) + 1;
    sockets[node] = (sockets[node] ?? 0) - 1;
    const lostAt = timeline.now;
    cluster.comeBack((next) => {
      away.push(timeline.now - lostAt);
      at[one] = next;
      fullest = Math.max(fullest, sockets[next] ?? 0);
      // The node may have begun to stop while this participant was on its way to it.
      if (!cluster.isOpen(next)) lose(one, next);
    });
  };
  const replace = (first: number) => {
    if (first >= options.nodes) return;
    const going = Array.from(
      { length: Math.min(atOnce, options.nodes - first) },
      (_, i) => first + i,
    );
    for (const node of going) {
      cluster.setOpen(node, false);
      const there = shuffled(
        [...at.keys()].filter((one) => at[one] === node),
        random,
      );
      for (const [place, one] of there.entries()) {
        timeline.at(timeline.now + (place / there.length) * drainMs, () => lose(one, node));
      }
    }
    timeline.at(timeline.now + drainMs + startMs, () => {
      // With a surge, the first replacement was added before, so the last one is not needed.
      const last = surge && first + atOnce >= options.nodes;
      if (!last) for (const node of going) cluster.setOpen(node, true);
      replace(first + atOnce);
    });
  };
  replace(0);
  timeline.run();
  away.sort((a, b) => a - b);
  const share = (of: number) => away[Math.ceil(of * away.length) - 1] ?? 0;
  return {
    totalMs: timeline.now,
    moves: moves.reduce((sum, count) => sum + count, 0) / moves.length,
    mostMoves: moves.reduce((most, count) => Math.max(most, count), 0),
    awayHalf: share(0.5),
    awayMost: share(0.99),
    dropped: away.filter((time) => time > options.graceMs).length,
    fullest: fullest / perNode,
    longestNodeWaitMs: Math.max(...cluster.nodes.map(({ longestWaitMs }) => longestWaitMs)),
  };
}
