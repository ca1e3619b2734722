import { seededRandom } from '../harness/statistics.ts';
import { type Backoff, Cluster, type ClusterShape } from './returning.ts';
import { Timeline } from './timeline.ts';

export interface StormOptions extends ClusterShape {
  seed: number;
  /** How many participants each node has before. */
  perNode: number;
  /** How many nodes end at once. With zero, no node ends, but every participant of all nodes loses its socket. */
  lost: number;
  /** How a client notices: the socket breaks, or nothing arrives any more. */
  noticed: 'at once' | 'by silence';
  /** Seconds between the server's heartbeats. */
  heartbeatSeconds: number;
  graceMs: number;
  backoff: Backoff;
}

export interface StormResult {
  participants: number;
  /** The milliseconds after which this share of participants was back. */
  half: number;
  most: number;
  all: number;
  /** The average number of attempts of those who are back. */
  attempts: number;
  /** How many came back too late, when their stay had ended. */
  dropped: number;
  longestNodeWaitMs: number;
  longestRedisWaitMs: number;
}

/**
 * How long the SDK waits after a missed heartbeat before it asks, and how long for the answer (`src/client/socket.ts`).
 */
const QUIET_MARGIN_MS = 2000;
const ANSWER_MS = 4000;

/** Nodes are gone, or every socket is: everybody affected comes back at the remaining nodes. */
export function storm(options: StormOptions): StormResult {
  const { nodes, perNode, lost, heartbeatSeconds } = options;
  const random = seededRandom(options.seed);
  const timeline = new Timeline();
  const sockets = Array.from({ length: nodes }, () => (lost === 0 ? 0 : perNode));
  const cluster = new Cluster(timeline, options, random, options.backoff, sockets);
  for (let node = 0; node < lost; node++) cluster.setOpen(node, false);
  const participants = perNode * (lost === 0 ? nodes : lost);
  const times: number[] = [];
  let attempts = 0;
  for (let one = 0; one < participants; one++) {
    const noticed =
      options.noticed === 'at once'
        ? options.roundTripMs / 2
        : random() * heartbeatSeconds * 1000 + QUIET_MARGIN_MS + ANSWER_MS;
    timeline.at(noticed, () =>
      cluster.comeBack((_node, tries) => {
        times.push(timeline.now);
        attempts += tries;
      }),
    );
  }
  timeline.run();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? 0;
  return {
    participants,
    half: at(0.5),
    most: at(0.99),
    all: at(1),
    attempts: attempts / times.length,
    dropped: times.filter((time) => time > options.graceMs).length,
    longestNodeWaitMs: Math.max(...cluster.nodes.map(({ longestWaitMs }) => longestWaitMs)),
    longestRedisWaitMs: cluster.longestRedisWaitMs,
  };
}
