import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';
import { RateLimitedError } from './errors.ts';
import { type Rate, TokenBucket } from './signaling/token-bucket.ts';

/**
 * The kinds of calls that are counted separately: reading, changing, and changing something that others are told of.
 */
export type CallKind = 'query' | 'mutation' | 'told';

/** Who calls: an account, or somebody without an account at an address. */
export interface Calling {
  readonly accountId: string | null;
  readonly address: string;
}

export interface CallLimits {
  /** For one account. */
  readonly rates: Readonly<Record<CallKind, Rate>>;
  /** How many times the rate of one account all callers at one address may use together. */
  readonly accountsPerAddress: number;
  /**
   * How many accounts, and how many addresses, are remembered for each kind. Those that were quiet longest are
   * forgotten first.
   */
  readonly remembered: number;
}

/** Buckets of one rate, by account or by address. */
interface Buckets {
  readonly rate: Rate;
  readonly byKey: LRUCache<string, TokenBucket>;
}

/** Limits how much each account and each address may call on this node. A call is paid before it is done. */
export class CallBudgets {
  readonly #clock: Clock;
  readonly #accounts: Readonly<Record<CallKind, Buckets>>;
  readonly #addresses: Readonly<Record<CallKind, Buckets>>;

  constructor({ rates, accountsPerAddress, remembered }: CallLimits, clock: Clock) {
    this.#clock = clock;
    const buckets = ({ perSecond, burst }: Rate, times: number): Buckets => ({
      rate: { perSecond: perSecond * times, burst: burst * times },
      byKey: new LRUCache({ max: remembered }),
    });
    const all = (times: number) => ({
      query: buckets(rates.query, times),
      mutation: buckets(rates.mutation, times),
      told: buckets(rates.told, times),
    });
    this.#accounts = all(1);
    this.#addresses = all(accountsPerAddress);
  }

  /**
   * Takes the price of a call from the account and from the address. Those without an account share what one has.
   *
   * @throws RateLimitedError if one of them cannot pay; then nothing is taken
   */
  pay(kind: CallKind, price: number, { accountId, address }: Calling): void {
    const now = this.#clock.elapsed();
    const own = bucketOf(this.#accounts[kind], accountId ?? `at ${address}`, now);
    const all = bucketOf(this.#addresses[kind], address, now);
    // The burst may be configured lower than a price. Then the call costs the whole burst.
    const cost = Math.min(price, this.#accounts[kind].rate.burst);
    const waitMs = Math.max(own.waitFor(now, cost), all.waitFor(now, cost));
    if (waitMs > 0) throw new RateLimitedError(waitMs);
    own.take(now, cost);
    all.take(now, cost);
  }
}

function bucketOf({ rate, byKey }: Buckets, key: string, now: number): TokenBucket {
  let bucket = byKey.get(key);
  if (bucket === undefined) {
    bucket = new TokenBucket(rate, now);
    byKey.set(key, bucket);
  }
  return bucket;
}
