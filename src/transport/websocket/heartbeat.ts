import { CloseCode } from './close-codes.ts';
import type { Sockets } from './sockets.ts';

/** A client that has not answered this many pings is dead at the next one. */
const MISSED_PINGS = 2;

/** The one timer of all sockets: pings them, and ends those that are dead or whose session is over. */
export class Heartbeat {
  readonly #sockets: Sockets;
  readonly #intervalMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(sockets: Sockets, intervalMs: number) {
    this.#sockets = sockets;
    this.#intervalMs = intervalMs;
    this.#timer = setInterval(() => this.#beat(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    for (const connection of this.#sockets) {
      // A ping may be behind a long frame that takes time to read.
      const reading = Math.floor(connection.readingMs / this.#intervalMs);
      if (connection.isExpired()) {
        connection.close(CloseCode.SessionExpired, 'The session has expired: sign in again');
      } else if (connection.unansweredPings >= MISSED_PINGS + reading) {
        connection.terminate();
      } else if (!connection.closing) {
        connection.ping();
        connection.warnOfExpiry();
      }
    }
  }
}
