import type { Caller } from '../../domain/accounts/sessions.ts';
import type { Clock } from '../../domain/clock.ts';

/** Who is signed in on a WebSocket, and for how long. */
export class SocketSession {
  /** Who signed in, even if the session has expired; null if nobody did. */
  caller: Caller | null = null;
  /** When its streams are told that it ends soon, in milliseconds since the Unix epoch. */
  #warnAt = Number.POSITIVE_INFINITY;

  /** @param warningMs how long before its end the streams are told, in milliseconds */
  begin(caller: Caller, clock: Clock, warningMs: number): void {
    this.caller = caller;
    const end = caller.expiresAt.getTime();
    // If the session is shorter than the warning, the warning comes after half of the remaining time.
    this.#warnAt = end - Math.min(warningMs, (end - clock.now()) / 2);
  }

  /** Changes the caller, if somebody has signed in. */
  change(make: (caller: Caller) => Caller): void {
    if (this.caller !== null) this.caller = make(this.caller);
  }

  isExpired(clock: Clock): boolean {
    return this.caller !== null && this.caller.expiresAt.getTime() <= clock.now();
  }

  /** When the session ends, if that is soon and has not been told yet; otherwise null. */
  takeWarning(clock: Clock): Date | null {
    if (this.caller === null || clock.now() < this.#warnAt) return null;
    this.#warnAt = Number.POSITIVE_INFINITY;
    return this.caller.expiresAt;
  }
}
