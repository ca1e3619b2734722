import { type BackoffOptions, backoffMs } from './backoff.ts';
import { type PeerqlError, RateLimitedError } from './errors.ts';
import type { Socket } from './socket.ts';

/** After a socket has held this long, the next reconnect starts with the shortest wait again. */
const STABLE_MS = 5_000;

/** Says when to connect: at once, and after each loss again, later each time while no socket holds. */
export class Reconnecting {
  readonly #connect: () => void;
  readonly #backoff: BackoffOptions | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #connectedAt = 0;

  constructor(connect: () => void, backoff: BackoffOptions | undefined) {
    this.#connect = connect;
    this.#backoff = backoff;
  }

  /** Whether the next attempt is still to come. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  now(): void {
    this.#forgetTimer();
    this.#connectedAt = performance.now();
    this.#connect();
  }

  /** Connects after a wait, which is at least as long as `why` asks for. */
  later(why: PeerqlError): void {
    if (performance.now() - this.#connectedAt >= STABLE_MS) this.#attempt = 0;
    const atLeastMs = why instanceof RateLimitedError ? why.retryAfter * 1_000 : 0;
    const waitMs = atLeastMs + backoffMs(this.#attempt, this.#backoff);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.now(), waitMs);
  }

  /** The network has changed or come back: checks the socket, or connects at once instead of waiting. */
  wake(socket: Socket | null): void {
    if (this.isWaiting) this.now();
    else socket?.probe();
  }

  stop(): void {
    this.#forgetTimer();
    this.#attempt = 0;
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
