import type { Clock, Timer } from '../clock.ts';
import type { Mailbox } from '../mailbox.ts';
import type { RoomEvent } from './event.ts';
import type { IceServerIssuer, IceServers } from './ice-servers.ts';

/** The share of the credentials' lifetime after which new ones are sent. */
const RENEW_AT = 2 / 3;
/** How many credentials are made in one go. When many people joined at the same time, other work runs in between. */
const SLICE = 256;

interface Due {
  readonly accountId: string;
  /** When it is due, by elapsed time, in milliseconds. */
  readonly at: number;
}

/**
 * Sends new TURN credentials to everybody in a room before the present ones expire, with one timer for all. The events
 * are not in the room's log, since each participant has its own credentials. Such an event has the place of the event
 * before it.
 */
export class IceRefresh {
  readonly #issuer: IceServerIssuer;
  readonly #clock: Clock;
  /** In the order in which they are due. This is the order of joining, because all credentials last equally long. */
  readonly #due = new Map<Mailbox<RoomEvent>, Due>();
  #timer: Timer | null = null;

  constructor(issuer: IceServerIssuer, clock: Clock) {
    this.#issuer = issuer;
    this.#clock = clock;
  }

  /**
   * Renews the credentials that `mailbox` was opened with, until it is closed. Servers without credentials need no
   * renewal.
   */
  watch(mailbox: Mailbox<RoomEvent>, accountId: string, issued: IceServers): void {
    if (issued.expiresAt === null || mailbox.closed) return;
    mailbox.onClosed(() => this.#due.delete(mailbox));
    this.#schedule(mailbox, accountId, issued.expiresAt);
    this.#arm();
  }

  #schedule(mailbox: Mailbox<RoomEvent>, accountId: string, expiresAt: Date): void {
    const lifeMs = expiresAt.getTime() - this.#clock.now();
    this.#due.set(mailbox, { accountId, at: this.#clock.elapsed() + lifeMs * RENEW_AT });
  }

  #arm(): void {
    if (this.#timer !== null) return;
    for (const { at } of this.#due.values()) {
      this.#timer = this.#clock.after(Math.max(0, at - this.#clock.elapsed()), () => {
        this.#timer = null;
        this.#renew();
        this.#arm();
      });
      return;
    }
  }

  #renew(): void {
    const elapsed = this.#clock.elapsed();
    const now = this.#clock.now();
    let left = SLICE;
    for (const [mailbox, { accountId, at }] of this.#due) {
      if (at > elapsed || left === 0) return;
      left -= 1;
      this.#due.delete(mailbox);
      const iceServers = this.#issuer.issue(accountId);
      if (iceServers.expiresAt !== null) this.#schedule(mailbox, accountId, iceServers.expiresAt);
      const { lastCursor: cursor, lastPosition: position } = mailbox;
      // This may end a mailbox whose reader is too slow; its next renewal is then removed as well.
      mailbox.push({ type: 'IceServersRefreshed', cursor, position, at: now, iceServers });
    }
  }
}
