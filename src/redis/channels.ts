import type { Cluster, Redis } from 'ioredis';

/**
 * `sharded`: published only at the node that has the channel's slot. `everywhere`: at every node of a Redis Cluster,
 * which costs each of them work.
 */
type Reach = 'sharded' | 'everywhere';

interface Listening {
  readonly listener: (message: string) => void;
  readonly reach: Reach;
}

/** The channels that one connection listens on. */
export class Channels {
  readonly #client: Redis | Cluster;
  readonly #listening = new Map<string, Listening>();

  constructor(client: Redis | Cluster) {
    this.#client = client;
    // The buffer events are used, because for text events the client looks up its listeners at each message.
    for (const event of ['smessageBuffer', 'messageBuffer']) {
      client.on(event, (channel: Buffer, message: Buffer) => {
        this.#listening.get(channel.toString())?.listener(message.toString());
      });
    }
  }

  /** Adds a channel. It is listened on from the next {@link Channels.listen} or {@link Channels.renew} on. */
  note(channel: string, listener: (message: string) => void, reach: Reach = 'sharded'): void {
    this.#listening.set(channel, { listener, reach });
  }

  /** Listens on a channel that was added by {@link Channels.note}. */
  async listen(channel: string): Promise<void> {
    if (this.#listening.get(channel)?.reach === 'everywhere') await this.#client.subscribe(channel);
    else await this.#client.ssubscribe(channel);
  }

  async unlisten(channel: string): Promise<void> {
    const reach = this.#listening.get(channel)?.reach;
    this.#listening.delete(channel);
    if (reach === 'everywhere') await this.#client.unsubscribe(channel);
    else await this.#client.sunsubscribe(channel);
  }

  /**
   * Listens on all channels again after the connection was lost. The client could do that itself, but then nobody could
   * wait for it.
   */
  async renew(): Promise<void> {
    await Promise.all([...this.#listening.keys()].map((name) => this.listen(name)));
  }
}
