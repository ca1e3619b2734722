import type { SessionEnd } from '../domain/accounts/account.ts';
import type { SessionEnds } from '../domain/accounts/ports.ts';
import { RecentEnds } from '../domain/accounts/recent-ends.ts';
import type { Clock } from '../domain/clock.ts';
import type { RedisConnection } from './connection.ts';
import { ENDED_SESSIONS } from './keys.ts';
import { Retries } from './retries.ts';

/** How long an end is kept for nodes that could not listen, in milliseconds. */
const KEPT_MS = 300_000;

/** Publishes ends of sessions on one channel, and keeps them for a while for nodes that are cut off. */
export class RedisSessionEnds implements SessionEnds {
  readonly #redis: RedisConnection;
  readonly #retries: Retries;
  readonly #known: RecentEnds;
  readonly #listeners: ((end: SessionEnd) => void)[] = [];

  private constructor(redis: RedisConnection, clock: Clock) {
    this.#redis = redis;
    this.#retries = new Retries(clock);
    this.#known = new RecentEnds(clock);
    redis.onReady(async () => {
      this.#retries.now();
      await this.#catchUp();
    });
  }

  /** Resolves once it hears of every end. @throws UnavailableError */
  static async open(redis: RedisConnection, clock: Clock): Promise<RedisSessionEnds> {
    const ends = new RedisSessionEnds(redis, clock);
    await redis.listen(ENDED_SESSIONS, (message) => ends.#heard(message));
    await ends.#catchUp();
    return ends;
  }

  async publish({ sessionId, accountId }: SessionEnd): Promise<void> {
    this.#known.add(sessionId);
    const told = this.#retries.untilDone(() => this.#tell(`${sessionId} ${accountId}`));
    // If Redis is away, nobody waits for it.
    if (this.#redis.isReady) await told;
  }

  subscribe(listener: (end: SessionEnd) => void): void {
    this.#listeners.push(listener);
  }

  async #tell(message: string): Promise<void> {
    // By Redis' clock, which is the same for all nodes.
    const now = Math.round(this.#redis.redisNow);
    await this.#redis.do((client) =>
      Promise.all([
        client.zadd(ENDED_SESSIONS, now, message),
        client.zremrangebyscore(ENDED_SESSIONS, 0, now - KEPT_MS),
        client.pexpire(ENDED_SESSIONS, KEPT_MS),
        client.spublish(ENDED_SESSIONS, message),
      ]),
    );
  }

  async #catchUp(): Promise<void> {
    const since = Math.round(this.#redis.redisNow) - KEPT_MS;
    const messages = await this.#redis.do((client) =>
      client.zrangebyscore(ENDED_SESSIONS, since, '+inf'),
    );
    for (const message of messages) this.#heard(message);
  }

  #heard(message: string): void {
    const [sessionId = '', accountId = ''] = message.split(' ');
    if (this.#known.has(sessionId)) return;
    this.#known.add(sessionId);
    for (const listener of this.#listeners) listener({ sessionId, accountId });
  }
}
