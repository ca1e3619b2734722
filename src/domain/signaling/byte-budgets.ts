import type { Caller } from '../accounts/sessions.ts';
import { RateLimitedError } from '../errors.ts';
import type { Mailbox } from '../mailbox.ts';
import type { RoomEvent } from './event.ts';
import { RecentBytes } from './recent-bytes.ts';
import { mustNotWait, SendBudgets } from './send-budgets.ts';

/**
 * Once this process holds too much: how many times the share of one account all accounts at one address may send
 * together.
 */
const ADDRESS_SHARES = 8;
/**
 * In bytes: those who have sent more than this lately must wait for a slow addressee. Those who have sent less may go
 * on for a while.
 */
const LITTLE_BYTES = 65_536;
/** When to try again if an addressee reads slowly, in milliseconds. */
const SLOW_RETRY_MS = 1000;

export interface ByteLimits {
  /** Bytes that one participant may send in one room: in the long run, and at once. */
  readonly participant: { readonly perSecond: number; readonly burst: number };
  /** Bytes that one account may send in all its rooms: in the long run, and at once. */
  readonly account: { readonly perSecond: number; readonly burst: number };
  /** Bytes that all together may send within `keptMs`. Past it, only those who have sent little may go on. */
  readonly process: number;
  /** How long a room keeps what was sent, in milliseconds. */
  readonly keptMs: number;
  /**
   * Bytes that may wait for one reader. Past it, those who have sent much must wait; at twice as many, everybody must.
   */
  readonly unread: number;
}

/**
 * Limits the bytes that are sent: by participant, by account, in this process, and by what the addressee has not read
 * yet. It knows only the readers of this node.
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

  /** Gives an account its own budget in a room, and watches what its stay has not read yet. */
  open(
    accountId: string,
    roomId: string,
    stayId: string,
    mailbox: Mailbox<RoomEvent>,
    now: number,
  ): void {
    this.#inRoom.open(accountId, roomId, now);
    if (!mailbox.closed) this.#readers.set(stayId, mailbox);
  }

  /**
   * Takes the bytes of one send from the budgets.
   *
   * @param to the stay that it is for; null for all others
   * @throws RateLimitedError
   */
  pay(caller: Caller, roomId: string, to: string | null, bytes: number, now: number): void {
    const { accountId, address } = caller;
    const { participant, account } = this.#limits;
    if (to !== null && !this.canTake(caller, roomId, to, now)) {
      throw new RateLimitedError(SLOW_RETRY_MS, 'The addressee reads slowly: wait a moment.');
    }
    this.#checkProcess(accountId, address, bytes, now);
    mustNotWait(this.#inAll.spendOutside(accountId, now, Math.min(bytes, account.burst)));
    mustNotWait(this.#inRoom.spend(accountId, roomId, now, Math.min(bytes, participant.burst)));
    this.#recent.add(accountId, address, bytes, now);
  }

  /** Whether the addressee has read enough to be sent more. */
  canTake({ accountId }: Caller, roomId: string, to: string, now: number): boolean {
    const reader = this.#readers.get(to);
    const unread = reader === undefined || reader.closed ? 0 : reader.unreadBytes;
    const { unread: limit } = this.#limits;
    if (unread <= limit) return true;
    const heavy = this.#inRoom.spentIn(accountId, roomId, now) > LITTLE_BYTES;
    return !heavy && unread <= 2 * limit;
  }

  /** Forgets the budgets that are full again, except those of accounts in their room, and readers that have gone. */
  tidy(isPresent: (accountId: string, roomId: string) => boolean, now: number): void {
    for (const [stayId, { closed }] of this.#readers) if (closed) this.#readers.delete(stayId);
    this.#inRoom.tidy(isPresent, now);
    this.#inAll.tidy(() => false, now);
  }

  #checkProcess(accountId: string, address: string, bytes: number, now: number): void {
    const { process: most, participant, keptMs } = this.#limits;
    if (this.#recent.total(now) + bytes <= most) return;
    const share = participant.burst;
    const fits =
      this.#recent.ofAccount(accountId, now) + bytes <= share &&
      this.#recent.ofAddress(address, now) + bytes <= share * ADDRESS_SHARES;
    if (fits) return;
    throw new RateLimitedError(
      keptMs / 2,
      'This server holds too much data at the moment: send less.',
    );
  }
}
