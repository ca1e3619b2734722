import type { Connection } from './connection.ts';

/** How often all sockets are looked at, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Limits the bytes that wait in all sockets together. If there are too many, the sockets with the most waiting bytes
 * are ended.
 */
export class UnreadWatch {
  readonly #sockets: Iterable<Connection>;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;

  constructor(sockets: Iterable<Connection>, maxBytes: number) {
    this.#sockets = sockets;
    this.#maxBytes = maxBytes;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    let total = 0;
    const behind: { connection: Connection; bytes: number }[] = [];
    for (const connection of this.#sockets) {
      const bytes = connection.unreadBytes;
      if (bytes === 0) continue;
      total += bytes;
      behind.push({ connection, bytes });
    }
    if (total <= this.#maxBytes) return;
    behind.sort((one, other) => other.bytes - one.bytes);
    for (const { connection, bytes } of behind) {
      if (total <= this.#maxBytes) return;
      // A close frame would wait behind all the rest.
      connection.terminate();
      total -= bytes;
    }
  }
}
