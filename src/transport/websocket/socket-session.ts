import type { Caller } from '../../domain/accounts/sessions.ts';
import type { Clock } from '../../domain/clock.ts';

/** Who is signed in on a WebSocket, and for how long. */
export class SocketSession {
  /** Whoever signed in, expired or not; null where nobody did. */
  caller: Caller | null = null;
  /** When its streams are told that it ends soon, in milliseconds since the Unix epoch. */
  #warnAt = Number.POSITIVE_INFINITY;

  /** @param warningMs how long before its end the streams are told, in milliseconds */
  begin(caller: Caller, clock: Clock, warningMs: number): void {
    this.caller = caller;
    const end = caller.expiresAt.getTime();
    // One that lasts no longer than the warning is warned of at half of what is left.
    this.#warnAt = end - Math.min(warningMs, (end - clock.now()) / 2);
  }

  /** Changes whoever signed in; nothing where nobody did. */
  change(make: (caller: Caller) => Caller): void {
    if (this.caller !== null) this.caller = make(this.caller);
  }

  isExpired(clock: Clock): boolean {
    return this.caller !== null && this.caller.expiresAt.getTime() <= clock.now();
  }

  /** When it ends, where that is soon and has not been told yet; null where there is nothing to tell. */
  takeWarning(clock: Clock): Date | null {
    if (this.caller === null || clock.now() < this.#warnAt) return null;
    this.#warnAt = Number.POSITIVE_INFINITY;
    return this.caller.expiresAt;
  }
}
