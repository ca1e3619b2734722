import type { Cluster, Redis } from 'ioredis';

/** The sharded channels that one connection listens on. */
export class Channels {
  readonly #client: Redis | Cluster;
  readonly #listeners = new Map<string, (message: string) => void>();

  constructor(client: Redis | Cluster) {
    this.#client = client;
    // As bytes: for texts the client looks up its listeners at each message.
    client.on('smessageBuffer', (channel: Buffer, message: Buffer) => {
      this.#listeners.get(channel.toString())?.(message.toString());
    });
  }

  /** Listens from the next {@link Channels.renew} on. */
  note(channel: string, listener: (message: string) => void): void {
    this.#listeners.set(channel, listener);
  }

  async listen(channel: string, listener: (message: string) => void): Promise<void> {
    this.note(channel, listener);
    await this.#client.ssubscribe(channel);
  }

  async unlisten(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#client.sunsubscribe(channel);
  }

  /** Listens again on all, after the connection was lost: by itself the client would, but nobody could wait for it. */
  async renew(): Promise<void> {
    await Promise.all([...this.#listeners.keys()].map((name) => this.#client.ssubscribe(name)));
  }
}
