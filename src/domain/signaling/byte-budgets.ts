import type { Caller } from '../accounts/sessions.ts';
import { RateLimitedError } from '../errors.ts';
import type { Mailbox } from '../mailbox.ts';
import type { RoomEvent } from './event.ts';
import { RecentBytes } from './recent-bytes.ts';
import { mustNotWait, SendBudgets } from './send-budgets.ts';

/** How many times as much as one account all at one address may have sent once this process holds too much. */
const ADDRESS_SHARES = 8;
/** Who has sent more than this lately, in bytes, waits for a slow addressee; who has sent less goes on for a while. */
const LITTLE_BYTES = 65_536;
/** When to try again where an addressee reads slowly, in milliseconds. */
const SLOW_RETRY_MS = 1000;

export interface ByteLimits {
  /** Bytes that one participant sends in one room, lasting and at once. */
  readonly participant: { readonly perSecond: number; readonly burst: number };
  /** Bytes that one account sends in all its rooms, lasting and at once. */
  readonly account: { readonly perSecond: number; readonly burst: number };
  /** Bytes that all together send within `keptMs` before only those go on who have sent little. */
  readonly process: number;
  /** How long a room keeps what was sent, in milliseconds. */
  readonly keptMs: number;
  /** Bytes that may wait for one reader before those who send much to it wait; at twice as many everybody does. */
  readonly unread: number;
}

/**
 * What is sent, weighed: by participant, by account, in this process, and by what its addressee has not read yet. It
 * knows the readers of this node alone.
 */
export class ByteBudgets {
  readonly #limits: ByteLimits;
  readonly #inRoom: SendBudgets;
  readonly #inAll: SendBudgets;
  readonly #recent: RecentBytes;
  readonly #readers = new Map<string, Mailbox<RoomEvent>>();

  constructor(limits: ByteLimits) {
    this.#limits = limits;
    this.#inRoom = new SendBudgets(limits.participant.perSecond, limits.participant.burst);
    this.#inAll = new SendBudgets(limits.account.perSecond, limits.account.burst);
    this.#recent = new RecentBytes(limits.keptMs);
  }

  get size(): number {
    return this.#inRoom.size + this.#inAll.size;
  }

  /** Gives an account a budget of its own in a room, and notes what its stay has not read. */
  open(
    accountId: string,
    roomId: string,
    stayId: string,
    mailbox: Mailbox<RoomEvent>,
    now: number,
  ): void {
    this.#inRoom.open(accountId, roomId, now);
    if (mailbox.closed) return;
    this.#readers.set(stayId, mailbox);
    mailbox.onClosed(() => {
      // A stay that was resumed has another reader by now.
      if (this.#readers.get(stayId) === mailbox) this.#readers.delete(stayId);
    });
  }

  /**
   * Takes what a send weighs.
   *
   * @param to the stay that it is for; null for all others
   * @throws RateLimitedError
   */
  pay(
    { accountId, address }: Caller,
    roomId: string,
    to: string | null,
    bytes: number,
    now: number,
  ): void {
    const { participant, account } = this.#limits;
    if (to !== null) this.#checkReader(accountId, roomId, to, now);
    this.#checkProcess(accountId, address, bytes, now);
    mustNotWait(this.#inAll.spendOutside(accountId, now, Math.min(bytes, account.burst)));
    mustNotWait(this.#inRoom.spend(accountId, roomId, now, Math.min(bytes, participant.burst)));
    this.#recent.add([accountId, `at ${address}`], bytes, now);
  }

  /** Forgets the budgets that are full again, but those of who is in a room. */
  tidy(isPresent: (accountId: string, roomId: string) => boolean, now: number): void {
    this.#inRoom.tidy(isPresent, now);
    this.#inAll.tidy(() => false, now);
  }

  #checkReader(accountId: string, roomId: string, to: string, now: number): void {
    const unread = this.#readers.get(to)?.unreadBytes ?? 0;
    const { unread: limit } = this.#limits;
    if (unread <= limit) return;
    const heavy = this.#inRoom.spentIn(accountId, roomId, now) > LITTLE_BYTES;
    if (!heavy && unread <= 2 * limit) return;
    throw new RateLimitedError(SLOW_RETRY_MS, 'The addressee reads slowly: wait a moment.');
  }

  #checkProcess(accountId: string, address: string, bytes: number, now: number): void {
    const { process: most, participant, keptMs } = this.#limits;
    if (this.#recent.total(now) + bytes <= most) return;
    const share = participant.burst;
    const fits =
      this.#recent.of(accountId, now) + bytes <= share &&
      this.#recent.of(`at ${address}`, now) + bytes <= share * ADDRESS_SHARES;
    if (fits) return;
    throw new RateLimitedError(keptMs / 2, 'This server holds as much as it may: send less.');
  }
}
