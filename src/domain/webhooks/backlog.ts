import type { Delivery, WebhookOutbox } from './ports.ts';

/** About how many messages wait for each receiver: the last count, and what this node has added or removed since. */
export class Backlog {
  readonly #outbox: Pick<WebhookOutbox, 'count'>;
  readonly #limit: number;
  readonly #waiting: Map<string, number>;

  /** @param limit how many may wait for one receiver */
  constructor(outbox: Pick<WebhookOutbox, 'count'>, urls: readonly string[], limit: number) {
    this.#outbox = outbox;
    this.#limit = limit;
    this.#waiting = new Map(urls.map((url) => [url, 0]));
  }

  /**
   * Counts one more message for every receiver that has room, and answers those receivers. A receiver that is full does
   * not affect the others.
   */
  admit(): string[] {
    const urls = [...this.#waiting].filter(([, waiting]) => waiting < this.#limit);
    return urls.map(([url, waiting]) => {
      this.#waiting.set(url, waiting + 1);
      return url;
    });
  }

  /** A message has left. */
  removed(url: string): void {
    this.#waiting.set(url, Math.max(0, this.#of(url) - 1));
  }

  /** Counts what is stored. What is told meanwhile may be counted twice, until the next time. */
  async recount(unstored: readonly Delivery[]): Promise<void> {
    for (const url of this.#waiting.keys()) {
      const here = unstored.filter((delivery) => delivery.url === url).length;
      const before = this.#of(url);
      const stored = await this.#outbox.count(url);
      this.#waiting.set(url, Math.max(0, stored + here + this.#of(url) - before));
    }
  }

  #of(url: string): number {
    return this.#waiting.get(url) ?? 0;
  }
}
