import type { Clock, Timer } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { RareLines } from '../rare-lines.ts';
import type { Activity } from './activity.ts';
import { Backlog } from './backlog.ts';
import { Dropped, type DropReason } from './dropped.ts';
import { messagesOf } from './message.ts';
import type { Delivery, WebhookOutbox, WebhookSender } from './ports.ts';
import { RoomPace } from './room-pace.ts';
import { WallSteps } from './wall-steps.ts';

/** How often a node looks for due messages, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/**
 * How many messages one node sends to one receiver at a time. It is counted per receiver, so a receiver that hangs does
 * not delay the others.
 */
const AT_ONCE = 16;
/** How many messages may wait to be stored while the store does not answer. */
const UNSTORED_MAX = 20_000;
/** How often the stored messages are counted, in milliseconds. */
const COUNT_EVERY_MS = 10_000;
/**
 * How much longer a claim lasts than the timeout of a send, so that no other node takes what is being sent, in
 * milliseconds.
 */
const CLAIM_MARGIN_MS = 10_000;

export interface WebhookLimits {
  /** How long a receiver may take to answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The wait after the first failed attempt, in milliseconds; it doubles with each attempt. */
  readonly firstRetryMs: number;
  /** The longest wait between two attempts, in milliseconds. */
  readonly longestRetryMs: number;
  /** How old a message may be before it is given up, in milliseconds. */
  readonly giveUpMs: number;
  /**
   * How long another node may take to store a message, in milliseconds. Later messages wait that long, so that they do
   * not overtake it.
   */
  readonly settleMs: number;
  /**
   * How many messages about one room, and about one user, receivers are told: per second in the long run, and at once.
   */
  readonly perSecond: number;
  readonly burst: number;
  /** How many stored messages may wait for one receiver. */
  readonly backlog: number;
}

/** The log lines for the operator. */
export interface WebhookLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Tells receivers what happens in rooms. Each message is sent at least once, those of one room in order. The outbox is
 * stored, so messages survive the process. Several nodes share one outbox.
 */
export class Webhooks {
  readonly #outbox: WebhookOutbox;
  readonly #sender: WebhookSender;
  readonly #urls: readonly string[];
  readonly #clock: Clock;
  readonly #limits: WebhookLimits;
  readonly #log: WebhookLog;
  readonly #random: () => number;
  readonly #pace: RoomPace;
  readonly #dropped: Dropped;
  readonly #backlog: Backlog;
  readonly #lines: RareLines;
  /** By elapsed time. */
  #countedAt = Number.NEGATIVE_INFINITY;
  /** By receiver. */
  readonly #sending = new Map<string, Set<Promise<void>>>();
  /**
   * Ids and receivers of messages that are being sent. After the clock was set, the outbox may give them out again too
   * early.
   */
  readonly #underWay = new Set<string>();
  readonly #steps: WallSteps;
  /** Whether the times in the outbox may come from before the clock was set. */
  #clockWasSet = true;
  #unstored: Delivery[] = [];
  #storing: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #timer: Timer | null = null;
  #closed = false;

  constructor(parts: {
    outbox: WebhookOutbox;
    sender: WebhookSender;
    urls: readonly string[];
    clock: Clock;
    limits: WebhookLimits;
    log: WebhookLog;
    /** From 0 to 1. */
    random?: () => number;
    /** Called for each dropped message. */
    onDropped?: (reason: DropReason) => void;
  }) {
    this.#outbox = parts.outbox;
    this.#sender = parts.sender;
    this.#urls = [...new Set(parts.urls)];
    for (const url of this.#urls) this.#sending.set(url, new Set());
    this.#clock = parts.clock;
    this.#lines = new RareLines(parts.clock);
    this.#limits = parts.limits;
    this.#log = parts.log;
    this.#random = parts.random ?? Math.random;
    this.#backlog = new Backlog(parts.outbox, this.#urls, parts.limits.backlog);
    this.#steps = new WallSteps(LOOK_EVERY_MS, parts.clock.now());
    this.#pace = new RoomPace(parts.limits.perSecond, parts.limits.burst);
    this.#dropped = new Dropped({ ...parts, onDropped: parts.onDropped ?? null });
    // Sends what an earlier process left.
    this.#look();
    this.#lookLater();
  }

  /** Takes an event to tell. It is stored soon after, together with other events, and then sent. */
  tell(activity: Activity): void {
    const roomId = 'call' in activity ? activity.call.room.id : activity.roomId;
    const reason = this.#reasonToDrop(activity);
    if (reason !== null) {
      this.#dropped.add(reason, roomId);
      return;
    }
    const urls = this.#backlog.admit();
    if (urls.length < this.#urls.length) this.#dropped.add('backlog', roomId);
    this.#unstored.push(...messagesOf(activity, urls));
    // In its own microtask, so that a join does not wait for it.
    this.#storing ??= Promise.resolve()
      .then(() => this.#store())
      .finally(() => {
        this.#storing = null;
      });
  }

  /** Removes the name of a deleted user from the messages that are not sent yet. */
  async forget(userId: string): Promise<void> {
    await this.#storing;
    await this.#outbox.forgetUser(userId);
  }

  #reasonToDrop(activity: Activity): DropReason | null {
    // Calls have budgets of their own.
    if (!('call' in activity) && !this.#pace.admits(activity, this.#clock.elapsed())) return 'pace';
    return this.#unstored.length >= UNSTORED_MAX ? 'memory' : null;
  }

  /** Stores what was told, and waits for what is being sent. The rest is sent after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#storing;
    await this.#store();
    await this.#looking;
    await Promise.all([...this.#sending.values()].flatMap((sendings) => [...sendings]));
  }

  async #store(): Promise<void> {
    while (this.#unstored.length > 0) {
      const batch = [...this.#unstored];
      try {
        await this.#outbox.append(batch);
        this.#unstored = this.#unstored.slice(batch.length);
      } catch (error) {
        if (this.#closed) {
          this.#log.error({ err: error, count: batch.length }, 'Webhooks were lost at the stop');
          this.#unstored = [];
          return;
        }
        this.#sayFailed(
          error,
          'Webhooks could not be stored; they are kept in memory until they can be',
        );
        await new Promise<void>((resolve) => this.#clock.after(LOOK_EVERY_MS, resolve));
      }
    }
    this.#look();
  }

  #lookLater(): void {
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
      if (this.#steps.tick(this.#clock.now())) this.#clockWasSet = true;
      this.#look();
      this.#lookLater();
    });
  }

  /** Sends what is due, and looks again if it was asked to meanwhile. */
  #look(): void {
    if (this.#closed) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#claim()
      .catch((error: unknown) => {
        this.#sayFailed(error, 'Webhooks could not be looked up; they will be tried again');
      })
      .finally(() => {
        this.#looking = null;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.#look();
      });
  }

  async #claim(): Promise<void> {
    if (this.#clock.elapsed() - this.#countedAt >= COUNT_EVERY_MS) {
      this.#countedAt = this.#clock.elapsed();
      await this.#backlog.recount(this.#unstored);
    }
    if (this.#clockWasSet) {
      const now = this.#clock.now();
      await this.#outbox.hasten({ now, until: now + this.#claimMs });
      this.#clockWasSet = false;
    }
    for (const [url, sendings] of this.#sending) {
      try {
        await this.#claimOf(url, sendings);
      } catch (error) {
        // The other receivers must not suffer from it.
        this.#sayFailed(
          error,
          'Webhooks of one receiver could not be looked up; they will be tried again',
        );
      }
    }
  }

  get #claimMs(): number {
    return this.#limits.timeoutMs + CLAIM_MARGIN_MS;
  }

  async #claimOf(url: string, sendings: Set<Promise<void>>): Promise<void> {
    const limit = AT_ONCE - sendings.size;
    if (limit <= 0) return;
    const now = this.#clock.now();
    const until = now + this.#claimMs;
    const settled = now - this.#limits.settleMs;
    for (const delivery of await this.#outbox.claim({ url, now, until, settled, limit })) {
      const key = `${delivery.id} ${url}`;
      if (this.#underWay.has(key)) continue;
      this.#underWay.add(key);
      // As long as the claim lasts, measured by a timer that does not depend on the wall clock.
      const claimed = this.#clock.after(this.#claimMs - 1, () => this.#underWay.delete(key));
      const sending: Promise<void> = this.#send(delivery)
        .catch((error: unknown) => {
          // It becomes due again when the claim has run out.
          this.#sayFailed(error, 'The outcome of a webhook could not be stored');
        })
        .finally(() => {
          claimed.cancel();
          this.#underWay.delete(key);
          sendings.delete(sending);
          this.#look();
        });
      sendings.add(sending);
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const { id, attempts } = delivery;
    // Only the host is logged: the rest of the URL may contain a secret.
    const receiver = URL.canParse(delivery.url) ? new URL(delivery.url).host : 'no URL';
    try {
      await this.#sender.send(delivery);
    } catch (error) {
      const now = this.#clock.now();
      const isOver = this.#steps.since(delivery.createdAt, now) >= this.#limits.giveUpMs;
      this.#lines.say(`${receiver} ${isOver}`, (times) => {
        const fields = { id, receiver, attempts: attempts + 1, reason: messageOf(error), times };
        if (isOver) this.#log.error(fields, 'A webhook is given up');
        else this.#log.warn(fields, 'A webhook waits to be sent again');
      });
      if (!isOver) {
        await this.#outbox.postpone(delivery, now + this.#waitMs(attempts));
        return;
      }
    }
    await this.#outbox.remove(delivery);
    this.#backlog.removed(delivery.url);
  }

  #sayFailed(error: unknown, message: string): void {
    this.#lines.say(message, (times) => this.#log.warn({ err: error, times }, message));
  }

  /** The wait doubles with each attempt, plus up to a fifth at random, so that not all come back at once. */
  #waitMs(attempts: number): number {
    const { firstRetryMs, longestRetryMs } = this.#limits;
    const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 30));
    return Math.round(waitMs * (1 + this.#random() / 5));
  }
}
