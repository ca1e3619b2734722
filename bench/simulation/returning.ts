import { Core, type Timeline } from './timeline.ts';

/** What an action costs each part of a cluster, in microseconds of a core. */
export interface Micros {
  node: number;
  redis: number;
  mongo: number;
}

/** The SDK's own wait before an attempt (`src/client/backoff.ts`). */
export type Backoff = (attempt: number, options: { random: () => number }) => number;

/** How long the SDK waits from the first byte to the acknowledgement (`src/client/socket.ts`), in milliseconds. */
const OPEN_WAIT_MS = 10_000;

/** The cost of a socket whose client has given up, as a share of one that comes back: an assumption. */
const ABANDONED = 0.1;

export interface ClusterShape {
  nodes: number;
  redisShards: number;
  mongoCores: number;
  /** The share of every core that other work takes meanwhile. */
  background: number;
  roundTripMs: number;
  /** The cost of a participant that comes back. */
  cost: Micros;
}

/** The parts of a cluster that are involved when a participant comes back, each as a queue. */
export class Cluster {
  readonly nodes: Core[];
  /** The nodes that accept new sockets. */
  readonly #open: number[];
  /** Sockets by node. */
  readonly sockets: number[];
  readonly #redis: Core[];
  readonly #mongo: Core[];
  readonly #shape: ClusterShape;
  readonly #timeline: Timeline;
  readonly #random: () => number;
  readonly #backoff: Backoff;

  constructor(
    timeline: Timeline,
    shape: ClusterShape,
    random: () => number,
    backoff: Backoff,
    sockets: number[],
  ) {
    const cores = (count: number) =>
      Array.from({ length: count }, () => new Core(timeline, shape.background));
    this.nodes = cores(shape.nodes);
    this.#open = [...this.nodes.keys()];
    this.sockets = sockets;
    this.#redis = cores(shape.redisShards);
    this.#mongo = cores(shape.mongoCores);
    this.#shape = shape;
    this.#timeline = timeline;
    this.#random = random;
    this.#backoff = backoff;
  }

  /** The longest wait for Redis, in milliseconds. */
  get longestRedisWaitMs(): number {
    return Math.max(...this.#redis.map(({ longestWaitMs }) => longestWaitMs));
  }

  /** Sets whether new sockets are sent to a node. */
  setOpen(node: number, open: boolean): void {
    const place = this.#open.indexOf(node);
    if (open && place < 0) this.#open.push(node);
    if (!open && place >= 0) this.#open.splice(place, 1);
  }

  isOpen(node: number): boolean {
    return this.#open.includes(node);
  }

  /**
   * Simulates a participant that comes back after its socket is lost: the SDK's wait, then TCP, TLS, upgrade and
   * sign-in at the node with the fewest sockets, then the room. Half of the node's work is before the acknowledgement.
   */
  comeBack(back: (node: number, attempts: number) => void, attempt = 0): void {
    const { roundTripMs, cost } = this.#shape;
    const timeline = this.#timeline;
    const begins = timeline.now + this.#backoff(attempt, { random: this.#random });
    timeline.at(begins, () => {
      const node = this.#leastSockets();
      const core = this.nodes[node];
      if (core === undefined) return this.comeBack(back, attempt + 1);
      this.sockets[node] = (this.sockets[node] ?? 0) + 1;
      timeline.at(begins + 4 * roundTripMs, () => {
        const gaveUp = begins + OPEN_WAIT_MS;
        if (core.finish(cost.node / 2) + roundTripMs / 2 > gaveUp) {
          // When the node gets to it, the socket is already closed.
          core.work(cost.node * ABANDONED);
          timeline.at(gaveUp, () => {
            this.sockets[node] = (this.sockets[node] ?? 0) - 1;
            this.comeBack(back, attempt + 1);
          });
          return;
        }
        const acknowledged = Math.max(
          core.work(cost.node / 2),
          this.#at(this.#mongo, cost.mongo / 2),
        );
        timeline.at(acknowledged + roundTripMs, () => {
          timeline.at(this.#at(this.#mongo, cost.mongo / 2), () => {
            timeline.at(this.#at(this.#redis, cost.redis), () => {
              timeline.at(core.work(cost.node / 2) + roundTripMs / 2, () =>
                back(node, attempt + 1),
              );
            });
          });
        });
      });
    });
  }

  #at(cores: readonly Core[], micros: number): number {
    return cores[Math.floor(this.#random() * cores.length)]?.work(micros) ?? this.#timeline.now;
  }

  /** The better of two random open nodes, as a load balancer with many sockets chooses; -1 if none is open. */
  #leastSockets(): number {
    const pick = () => this.#open[Math.floor(this.#random() * this.#open.length)] ?? -1;
    const [one, other] = [pick(), pick()];
    return (this.sockets[other] ?? 0) < (this.sockets[one] ?? 0) ? other : one;
  }
}
