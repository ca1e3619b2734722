import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Handshake, `connection_init`, and the first messages: each is a separate write, because each waits for an answer. */
const OPENING_CHUNKS = 3;

/** One connection through the proxy. */
export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #silent = false;
  #delayMs = 0;
  /** The client's first bytes: its handshake, its `connection_init`, and its subscription. */
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

  /** The client's port, which identifies the connection on both sides. */
  get clientPort(): number | undefined {
    return this.#client.remotePort;
  }

  /** Resets both sides at once (TCP RST), and loses everything under way. */
  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /**
   * Drops everything from now on, including ends: both sides believe that they are connected. The dropped data is lost,
   * so afterwards the link can only be {@link cut}.
   */
  silence(): void {
    this.#silent = true;
  }

  /** Resets only the client's side; the server's side stays open and silent (half-open). */
  abandonServer(): void {
    this.#silent = true;
    this.#client.resetAndDestroy();
  }

  /** Stops reading from the server: its bytes queue up here, then in its kernel, then in the server itself. */
  stall(): void {
    this.#server.pause();
  }

  /**
   * Stops reading from the server once the client has sent this text: the request takes effect, but its answer waits.
   */
  stallAfter(said: string): void {
    this.#client.on('data', (chunk) => {
      if (chunk.includes(said)) this.stall();
    });
  }

  /** Reads again. */
  flow(): void {
    this.#server.resume();
  }

  /** Delays everything by this many milliseconds, in order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /**
   * Opens a second connection to the server with the client's first bytes, while the first connection continues.
   * Resolves when the server has closed the second one, at the latest after `ms`.
   */
  async duplicate(ms: number): Promise<void> {
    const { remotePort, remoteAddress } = this.#server;
    if (remotePort === undefined || remoteAddress === undefined) return;
    const twin = connect(remotePort, remoteAddress);
    const closed = new Promise<void>((resolve) => twin.once('close', () => resolve()));
    twin.on('error', () => {});
    // Its data is read and discarded.
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
      // Each timer releases the oldest item, so that a shrinking delay does not change the order.
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

/** A TCP proxy on the loopback interface that can disturb its connections as networks do. */
export class FaultyNetwork {
  readonly links = new Set<Link>();
  /** How many connections it has carried. */
  carried = 0;
  readonly #server: Server;
  /** The port that new connections lead to. */
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

  /** Cuts all connections and accepts no more. */
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
    // A silent one may keep one side when the other is gone.
    const forget = () => {
      if (client.closed && server.closed) this.links.delete(link);
    };
    client.on('close', forget);
    server.on('close', forget);
    this.#onLink(link);
  }
}
