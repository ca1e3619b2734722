import type { Clock, Timer } from '../clock.ts';
import type { RoomActivity } from '../room/live-rooms.ts';
import { messagesOf } from './message.ts';
import type { Delivery, WebhookOutbox, WebhookSender } from './ports.ts';

/** How often a node looks for what has become due, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/** Messages that one node sends to one receiver at a time: one that hangs keeps no other waiting. */
const AT_ONCE = 16;
/** Messages that wait to be stored while the store does not answer. */
const UNSTORED_MAX = 100_000;
/** Longer than a sending takes, so that nobody else takes what is being sent, in milliseconds. */
const CLAIM_MARGIN_MS = 10_000;

export interface WebhookLimits {
  /** How long a receiver may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The wait after the first attempt in vain, in milliseconds; it doubles with each. */
  readonly firstRetryMs: number;
  /** The longest wait between two attempts, in milliseconds. */
  readonly longestRetryMs: number;
  /** How old a message grows before it is given up, in milliseconds. */
  readonly giveUpMs: number;
  /** How long another node may take to store a message, which must not be overtaken meanwhile, in milliseconds. */
  readonly settleMs: number;
}

/** What the operator hears of. */
export interface WebhookLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Tells receivers of what happens in rooms: each message at least once, those of a room in order, by an outbox that
 * outlives the process. Several nodes share one outbox.
 */
export class Webhooks {
  readonly #outbox: WebhookOutbox;
  readonly #sender: WebhookSender;
  readonly #urls: readonly string[];
  readonly #clock: Clock;
  readonly #limits: WebhookLimits;
  readonly #log: WebhookLog;
  readonly #random: () => number;
  /** By receiver. */
  readonly #sending = new Map<string, Set<Promise<void>>>();
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
  }) {
    this.#outbox = parts.outbox;
    this.#sender = parts.sender;
    this.#urls = [...new Set(parts.urls)];
    for (const url of this.#urls) this.#sending.set(url, new Set());
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#log = parts.log;
    this.#random = parts.random ?? Math.random;
    // What an earlier process left.
    this.#look();
    this.#lookLater();
  }

  /** Takes something to tell. It is stored soon after, together with what else happened, and sent then. */
  tell(activity: RoomActivity): void {
    if (this.#unstored.length >= UNSTORED_MAX) {
      this.#log.error({ roomId: activity.roomId }, 'Too many webhooks wait: one is lost');
      return;
    }
    this.#unstored.push(...messagesOf(activity, this.#urls));
    // In a turn of its own: nobody who joins waits for it.
    this.#storing ??= Promise.resolve()
      .then(() => this.#store())
      .finally(() => {
        this.#storing = null;
      });
  }

  /** Stores what was told, and waits for what is being sent. What is not sent then is sent after the next start. */
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
      const batch = this.#unstored;
      this.#unstored = [];
      try {
        await this.#outbox.append(batch);
      } catch (error) {
        this.#unstored = [...batch, ...this.#unstored];
        if (this.#closed) {
          this.#log.error({ err: error, count: batch.length }, 'Webhooks were lost at the stop');
          this.#unstored = [];
          return;
        }
        this.#log.warn({ err: error }, 'Webhooks could not be stored and are kept meanwhile');
        await new Promise<void>((resolve) => this.#clock.after(LOOK_EVERY_MS, resolve));
      }
    }
    this.#look();
  }

  #lookLater(): void {
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#lookLater();
    });
  }

  /** Sends what is due; again where something has changed meanwhile. */
  #look(): void {
    if (this.#closed) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#claim()
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, 'Webhooks could not be looked up and wait');
      })
      .finally(() => {
        this.#looking = null;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.#look();
      });
  }

  async #claim(): Promise<void> {
    for (const [url, sendings] of this.#sending) {
      const limit = AT_ONCE - sendings.size;
      if (limit <= 0) continue;
      const now = this.#clock.now();
      const until = now + this.#limits.timeoutMs + CLAIM_MARGIN_MS;
      const settled = now - this.#limits.settleMs;
      for (const delivery of await this.#outbox.claim({ url, now, until, settled, limit })) {
        const sending: Promise<void> = this.#send(delivery)
          .catch((error: unknown) => {
            // It is due again by itself, when the claim has run out.
            this.#log.warn({ err: error }, 'What became of a webhook could not be stored');
          })
          .finally(() => {
            sendings.delete(sending);
            this.#look();
          });
        sendings.add(sending);
      }
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const { id, attempts } = delivery;
    // The rest of a URL may be what lets messages in.
    const receiver = new URL(delivery.url).host;
    try {
      await this.#sender.send(delivery);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const now = this.#clock.now();
      if (now - delivery.createdAt < this.#limits.giveUpMs) {
        this.#log.warn(
          { id, receiver, attempts: attempts + 1, reason },
          'A webhook waits to be sent again',
        );
        await this.#outbox.postpone(delivery, now + this.#waitMs(attempts));
        return;
      }
      this.#log.error({ id, receiver, attempts: attempts + 1, reason }, 'A webhook is given up');
    }
    await this.#outbox.remove(delivery);
  }

  /** Doubles with each attempt; up to a fifth more at random, so that not all come back at once. */
  #waitMs(attempts: number): number {
    const { firstRetryMs, longestRetryMs } = this.#limits;
    const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts, 30));
    return Math.round(waitMs * (1 + this.#random() / 5));
  }
}
