import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Handshake, `connection_init`, and the first messages: each is a write of its own, as each waits for an answer. */
const OPENING_CHUNKS = 3;

/** One connection through the proxy. */
export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #silent = false;
  #delayMs = 0;
  /** What the client has said first: its handshake, its `connection_init`, and what it follows. */
  readonly #opening: Buffer[] = [];

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    client.on('data', (chunk) => {
      if (this.#opening.length < OPENING_CHUNKS) this.#opening.push(chunk);
    });
    this.#carry(client, server);
    this.#carry(server, client);
  }

  /** The client's own port, which names the connection on both sides of it. */
  get clientPort(): number | undefined {
    return this.#client.remotePort;
  }

  /** Resets both sides at once (TCP RST), with whatever is under way. */
  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /**
   * Swallows everything from now on, ends too: both sides believe that they are connected. What was swallowed is gone,
   * so there is no way back but to {@link cut} it.
   */
  silence(): void {
    this.#silent = true;
  }

  /** Resets the client's side alone; the server's stays open and silent (half-open). */
  abandonServer(): void {
    this.#silent = true;
    this.#client.resetAndDestroy();
  }

  /** Stops to read from the server: its bytes wait, first here, then in its kernel, then in it. */
  stall(): void {
    this.#server.pause();
  }

  /** Stops to read from the server once the client has said this: it is done, and the answer waits. */
  stallAfter(said: string): void {
    this.#client.on('data', (chunk) => {
      if (chunk.includes(said)) this.stall();
    });
  }

  /** Reads again. */
  flow(): void {
    this.#server.resume();
  }

  /** Carries everything later by so many milliseconds, in order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /**
   * Comes to the server once more, with what the client has said first, beside the connection that goes on; resolves
   * once the server has closed that one, at the latest after `ms`.
   */
  async duplicate(ms: number): Promise<void> {
    const { remotePort, remoteAddress } = this.#server;
    if (remotePort === undefined || remoteAddress === undefined) return;
    const twin = connect(remotePort, remoteAddress);
    const closed = new Promise<void>((resolve) => twin.once('close', () => resolve()));
    twin.on('error', () => {});
    // What it is told is read, and of no use to anybody.
    twin.resume();
    for (const chunk of this.#opening) twin.write(chunk);
    const end = setTimeout(() => twin.resetAndDestroy(), ms);
    await closed;
    clearTimeout(end);
  }

  #carry(from: Socket, to: Socket): void {
    const waiting: (() => void)[] = [];
    const later = (run: () => void) => {
      if (this.#silent) return;
      if (this.#delayMs === 0 && waiting.length === 0) return run();
      // Each timer lets the oldest through, so that a delay that shrinks does not put anything out of order.
      waiting.push(run);
      setTimeout(() => {
        const oldest = waiting.shift();
        if (!this.#silent) oldest?.();
      }, this.#delayMs);
    };
    from.on('data', (chunk) => {
      later(() => {
        if (!to.destroyed && !to.write(chunk)) from.pause();
      });
    });
    to.on('drain', () => from.resume());
    from.on('end', () => later(() => to.end()));
    from.on('error', () => later(() => to.destroyed || to.resetAndDestroy()));
  }
}

/** A TCP proxy on the loopback that does to its connections what networks do. */
export class FaultyNetwork {
  readonly links = new Set<Link>();
  /** How many connections it has carried. */
  carried = 0;
  readonly #server: Server;
  /** Where new connections lead. */
  targetPort: number;
  readonly #onLink: (link: Link) => void;

  private constructor(targetPort: number, onLink: (link: Link) => void) {
    this.targetPort = targetPort;
    this.#onLink = onLink;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** @param target the server's URL */
  static async start(
    target: string,
    onLink: (link: Link) => void = () => {},
  ): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(Number(new URL(target).port), onLink);
    await new Promise<void>((resolve) => network.#server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  /** Cuts everything and takes no more. */
  async close(): Promise<void> {
    for (const link of this.links) link.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    client.setNoDelay(true);
    server.setNoDelay(true);
    const link = new Link(client, server);
    this.carried += 1;
    this.links.add(link);
    server.on('close', () => this.links.delete(link));
    this.#onLink(link);
  }
}
