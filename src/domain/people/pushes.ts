import { type Call, legOf } from '../call/call.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { PushSubscription } from './ports.ts';
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

/** Sends push messages (RFC 8030). */
export interface PushSender {
  /**
   * SENT: the push service has accepted it. GONE: the subscription does not exist any more, or leads where nothing may
   * be sent. Otherwise rejects with an Error of one sentence.
   */
  send(subscription: PushSubscription, message: PushMessage): Promise<'SENT' | 'GONE'>;
}

export interface PushLimits {
  /** How many messages are sent at once. */
  readonly atOnce: number;
  /** How many messages wait; past it new ones are lost. */
  readonly backlog: number;
}

/** Tells the browsers of people about calls by push messages. Nobody waits for them, and what comes too late is left out. */
export class Pushes {
  readonly #subscriptions: PushSubscriptions;
  readonly #sender: PushSender | null;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: PushLimits;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #sending = new Set<Promise<void>>();
  #lost = 0;

  constructor(parts: {
    subscriptions: PushSubscriptions;
    /** Null: no push messages are sent. */
    sender: PushSender | null;
    clock: Clock;
    log: Logger;
    limits: PushLimits;
  }) {
    this.#subscriptions = parts.subscriptions;
    this.#sender = parts.sender;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#limits = parts.limits;
  }

  /** Whether a push message can reach somebody. */
  async has(userId: string): Promise<boolean> {
    return this.#sender !== null && (await this.#subscriptions.live(userId)).length > 0;
  }

  /** Tells the browsers of somebody that a call rings for them. It returns before anything is sent. */
  ring(userId: string, call: Call): void {
    this.#tell(userId, call, 'call.ringing', call.expiresAt);
  }

  /** Tells the browsers of somebody that a call rings for them no more. It returns before anything is sent. */
  end(userId: string, call: Call): void {
    this.#tell(userId, call, 'call.ended', this.#clock.now() + END_TTL_MS);
  }

  /** Resolves when everything is sent; what still waits is left out. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all(this.#sending);
  }

  /** @param until when the message is of no use any more, in milliseconds since the Unix epoch */
  #tell(userId: string, call: Call, type: string, until: number): void {
    const sender = this.#sender;
    if (sender === null) return;
    const payload = JSON.stringify({
      type,
      callId: call.id,
      roomId: call.room.id,
      caller: call.caller.name,
      media: call.media,
      state: legOf(call, userId)?.state ?? null,
    });
    this.#add(async () => {
      for (const subscription of await this.#subscriptions.live(userId)) {
        this.#add(() => this.#send(sender, subscription, { topic: call.id, payload, until }));
      }
    });
  }

  async #send(
    sender: PushSender,
    subscription: PushSubscription,
    { topic, payload, until }: { topic: string; payload: string; until: number },
  ): Promise<void> {
    const ttlSeconds = Math.floor((until - this.#clock.now()) / 1000);
    if (ttlSeconds < 1) return;
    const outcome = await sender.send(subscription, { topic, ttlSeconds, payload });
    if (outcome === 'GONE') await this.#subscriptions.drop(subscription);
  }

  #add(work: () => Promise<void>): void {
    if (this.#waiting.length >= this.#limits.backlog) {
      this.#lost += 1;
      // The first is told at once, and then each time that there are ten times as many.
      if (/^10*$/.test(String(this.#lost))) {
        this.#log.warn({ lost: this.#lost }, 'Push messages are lost: too many wait');
      }
      return;
    }
    this.#waiting.push(work);
    this.#next();
  }

  #next(): void {
    while (this.#sending.size < this.#limits.atOnce) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const done: Promise<void> = work()
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          this.#log.warn({ reason }, 'A push message could not be sent');
        })
        .finally(() => {
          this.#sending.delete(done);
          this.#next();
        });
      this.#sending.add(done);
    }
  }
}
