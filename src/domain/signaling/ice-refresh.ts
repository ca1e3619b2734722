import type { Clock, Timer } from '../clock.ts';
import type { Mailbox } from '../mailbox.ts';
import type { RoomEvent } from './event.ts';
import type { IceServerIssuer, IceServers } from './ice-servers.ts';

/** The share of the credentials' life after which newer ones are sent. */
const RENEW_AT = 2 / 3;
/** Credentials made in one go, so that whatever else goes on need not wait for all who joined at the same time. */
const SLICE = 256;

interface Due {
  readonly accountId: string;
  /** When it was noted and when it is due, in milliseconds since the Unix epoch. */
  readonly since: number;
  readonly at: number;
}

/**
 * Sends newer TURN credentials to everybody in a room before those in hand end, by one timer for all. They go past
 * the room's log, since each participant has its own: such an event stands at the place of the one before it.
 */
export class IceRefresh {
  readonly #issuer: IceServerIssuer;
  readonly #clock: Clock;
  /** In the order in which they are due, which is that of joining: all credentials last equally long. */
  readonly #due = new Map<Mailbox<RoomEvent>, Due>();
  #timer: Timer | null = null;

  constructor(issuer: IceServerIssuer, clock: Clock) {
    this.#issuer = issuer;
    this.#clock = clock;
  }

  /** Renews what `mailbox` was opened with, until it is closed. Servers without credentials last. */
  watch(mailbox: Mailbox<RoomEvent>, accountId: string, issued: IceServers): void {
    if (issued.expiresAt === null || mailbox.closed) return;
    mailbox.onClosed(() => this.#due.delete(mailbox));
    this.#schedule(mailbox, accountId, issued.expiresAt);
    this.#arm();
  }

  #schedule(mailbox: Mailbox<RoomEvent>, accountId: string, expiresAt: Date): void {
    const now = this.#clock.now();
    const at = now + (expiresAt.getTime() - now) * RENEW_AT;
    this.#due.set(mailbox, { accountId, since: now, at });
  }

  #arm(): void {
    if (this.#timer !== null) return;
    for (const { at } of this.#due.values()) {
      this.#timer = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
        this.#timer = null;
        this.#renew();
        this.#arm();
      });
      return;
    }
  }

  #renew(): void {
    const now = this.#clock.now();
    let left = SLICE;
    for (const [mailbox, { accountId, since, at }] of this.#due) {
      // Before it was noted: the clock was set back, and nobody knows how late it is.
      if ((at > now && since <= now) || left === 0) return;
      left -= 1;
      this.#due.delete(mailbox);
      const iceServers = this.#issuer.issue(accountId);
      if (iceServers.expiresAt !== null) this.#schedule(mailbox, accountId, iceServers.expiresAt);
      const { lastCursor: cursor, lastPosition: position } = mailbox;
      // Too slow a reader ends here, and with it what was just scheduled.
      mailbox.push({ type: 'IceServersRefreshed', cursor, position, at: now, iceServers });
    }
  }
}
