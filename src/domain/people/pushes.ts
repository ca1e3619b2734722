import { type Call, legOf } from '../call/call.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { PushSubscription, RingTokens } from './ports.ts';
import { PushQueue, type PushQueueLimits } from './push-queue.ts';
import type { PushSubscriptions } from './push-subscriptions.ts';

/** How long a message that a call has ended may be late, in milliseconds. */
const END_TTL_MS = 60_000;

/** A message for one browser. */
export interface PushMessage {
  /** At most 32 characters of base64url. While the browser is offline, a message replaces one with the same topic. */
  readonly topic: string;
  /** How long the push service may keep it, in whole seconds. */
  readonly ttlSeconds: number;
  /** JSON, encrypted for the browser before it is sent. */
  readonly payload: string;
}

/** The push service could not take a message now. */
export interface TryAgain {
  /** The least time after which it may be asked again, in milliseconds. */
  readonly retryAfterMs: number;
  /** One sentence. */
  readonly reason: string;
}

/** Sends push messages (RFC 8030). */
export interface PushSender {
  /**
   * SENT: the push service has accepted it. GONE: the subscription does not exist any more, or leads where nothing may
   * be sent. Rejects with an Error of one sentence if the message is refused for good.
   */
  send(subscription: PushSubscription, message: PushMessage): Promise<'SENT' | 'GONE' | TryAgain>;
}

export interface PushLimits extends PushQueueLimits {
  /** The wait before the second attempt to send a message, in milliseconds; it doubles before each further attempt. */
  readonly firstRetryMs: number;
}

/** One thing that the browsers of one person are told. */
interface News {
  readonly userId: string;
  readonly call: Call;
  readonly type: 'call.ringing' | 'call.ended';
  /** When it is of no use any more, by elapsed time, in milliseconds. */
  readonly until: number;
  /** How many messages about it are not done yet. */
  open: number;
}

/** Tells the browsers of people about calls by push messages. Nobody waits for them, and what comes too late is left out. */
export class Pushes {
  readonly #subscriptions: PushSubscriptions;
  readonly #sender: PushSender | null;
  readonly #tokens: RingTokens;
  readonly #clock: Clock;
  readonly #firstRetryMs: number;
  readonly #queue: PushQueue;
  /** The newest for each person about each call: what is older is not sent any more. */
  readonly #newest = new Map<string, News>();

  constructor(parts: {
    subscriptions: PushSubscriptions;
    /** Null: no push messages are sent. */
    sender: PushSender | null;
    tokens: RingTokens;
    clock: Clock;
    log: Logger;
    limits: PushLimits;
  }) {
    this.#subscriptions = parts.subscriptions;
    this.#sender = parts.sender;
    this.#tokens = parts.tokens;
    this.#clock = parts.clock;
    this.#firstRetryMs = parts.limits.firstRetryMs;
    this.#queue = new PushQueue(parts);
  }

  /** Whether a push message can reach somebody. */
  async has(userId: string): Promise<boolean> {
    return this.#sender !== null && (await this.#subscriptions.live(userId)).length > 0;
  }

  /** Tells the browsers of somebody that a call rings for them. It returns before anything is sent. */
  ring(userId: string, call: Call): void {
    const leftMs = call.expiresAt - this.#clock.now();
    const until = this.#clock.elapsed() + leftMs;
    this.#tell({ userId, call, type: 'call.ringing', until, open: 0 });
  }

  /** Tells the browsers of somebody that a call rings for them no more. It returns before anything is sent. */
  end(userId: string, call: Call): void {
    const until = this.#clock.elapsed() + END_TTL_MS;
    this.#tell({ userId, call, type: 'call.ended', until, open: 0 });
  }

  /** Resolves when what is being sent is sent; what still waits is left out. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #tell(news: News): void {
    const sender = this.#sender;
    if (sender === null) return;
    this.#newest.set(keyOf(news), news);
    this.#add(news, async () => {
      for (const subscription of await this.#subscriptions.live(news.userId)) {
        this.#add(news, () => this.#send(sender, subscription, news, this.#firstRetryMs));
      }
    });
  }

  async #send(
    sender: PushSender,
    subscription: PushSubscription,
    news: News,
    waitMs: number,
  ): Promise<void> {
    const leftMs = news.until - this.#clock.elapsed();
    if (leftMs < 1000 || this.#newest.get(keyOf(news)) !== news) return;
    const outcome = await sender.send(subscription, {
      topic: news.call.id,
      ttlSeconds: Math.floor(leftMs / 1000),
      payload: await this.#payloadOf(news, subscription),
    });
    if (outcome === 'SENT') return;
    if (outcome === 'GONE') return this.#subscriptions.drop(subscription);
    const retryMs = Math.max(waitMs, outcome.retryAfterMs);
    if (this.#clock.elapsed() + retryMs >= news.until) throw new Error(outcome.reason);
    this.#add(news, () => this.#send(sender, subscription, news, 2 * waitMs), retryMs);
  }

  async #payloadOf({ userId, call, type }: News, { sessionId }: PushSubscription): Promise<string> {
    const claims = { callId: call.id, userId, sessionId };
    // It also says afterwards what became of the ring, to a message that comes late.
    const expiresAt = new Date(call.expiresAt + END_TTL_MS);
    return JSON.stringify({
      type,
      callId: call.id,
      roomId: call.room.id,
      caller: call.caller.name,
      media: call.media,
      state: legOf(call, userId)?.state ?? null,
      ...(type === 'call.ringing' && { token: await this.#tokens.sign(claims, expiresAt) }),
    });
  }

  #add(news: News, work: () => Promise<void>, delayMs = 0): void {
    news.open += 1;
    const isAdded = this.#queue.add(() => work().finally(() => this.#done(news)), delayMs);
    if (!isAdded) this.#done(news);
  }

  #done(news: News): void {
    news.open -= 1;
    if (news.open === 0 && this.#newest.get(keyOf(news)) === news) {
      this.#newest.delete(keyOf(news));
    }
  }
}

function keyOf({ userId, call }: News): string {
  return `${userId} ${call.id}`;
}
