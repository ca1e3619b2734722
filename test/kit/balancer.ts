import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How the next node is chosen among those that take connections. */
export type Balancing = 'round robin' | 'least connections';

/**
 * A TCP load balancer on the loopback interface that does not look at its traffic: no sticky sessions, no health
 * checks. If a node refuses a connection, that connection goes to another node.
 */
export class Balancer {
  readonly #server: Server;
  readonly #balancing: Balancing;
  /** Connections by the port of their node, in the order in which nodes were added. */
  readonly #nodes = new Map<number, Set<Socket>>();
  readonly #out = new Set<number>();
  readonly #clients = new Set<Socket>();
  #next = 0;

  private constructor(balancing: Balancing) {
    this.#balancing = balancing;
    // Nothing is read from a client before there is a node to send it to.
    this.#server = createServer({ pauseOnConnect: true }, (client) => void this.#carry(client));
  }

  static async start(
    nodes: readonly string[],
    balancing: Balancing = 'round robin',
  ): Promise<Balancer> {
    const balancer = new Balancer(balancing);
    for (const url of nodes) balancer.put(url);
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', 4096, resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds a node for new connections. */
  put(url: string): void {
    const port = Number(new URL(url).port);
    if (!this.#nodes.has(port)) this.#nodes.set(port, new Set());
    this.#out.delete(port);
  }

  /** Sends no new connections to a node; existing ones continue. */
  takeOut(url: string): void {
    this.#out.add(Number(new URL(url).port));
  }

  /** How many connections a node has through this balancer. */
  connections(url: string): number {
    return this.#nodes.get(Number(new URL(url).port))?.size ?? 0;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const sockets of this.#nodes.values()) for (const socket of sockets) socket.destroy();
    // Some may not have a node yet.
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  async #carry(client: Socket): Promise<void> {
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    client.on('error', () => client.destroy());
    client.setNoDelay(true);
    for (const port of this.#order()) {
      const node = await connected(port);
      if (node === null) continue;
      const sockets = this.#nodes.get(port);
      sockets?.add(node);
      node.on('error', () => node.destroy());
      node.on('close', () => {
        sockets?.delete(node);
        client.destroy();
      });
      client.on('close', () => node.destroy());
      if (client.destroyed) node.destroy();
      client.pipe(node).pipe(client);
      return;
    }
    client.resetAndDestroy();
  }

  #order(): number[] {
    const ports = [...this.#nodes.keys()].filter((port) => !this.#out.has(port));
    if (this.#balancing === 'least connections') {
      const load = (port: number) => this.#nodes.get(port)?.size ?? 0;
      return ports.sort((one, other) => load(one) - load(other));
    }
    const first = this.#next++ % Math.max(1, ports.length);
    return [...ports.slice(first), ...ports.slice(0, first)];
  }
}

/** A connection to the port; null if nobody accepts it. */
function connected(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
