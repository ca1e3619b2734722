import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';
import { RateLimitedError } from './errors.ts';
import { TokenBucket } from './signaling/token-bucket.ts';

/**
 * The kinds of calls that are counted separately: reading, changing, and changing something that others are told of.
 */
export type CallKind = 'query' | 'mutation' | 'told';

/** How much one account may call: in the long run, and at once. */
export interface CallRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Who calls: an account, or somebody without an account at an address. */
export interface Calling {
  readonly accountId: string | null;
  readonly address: string;
}

export interface CallLimits {
  readonly rates: Readonly<Record<CallKind, CallRate>>;
  /** How many times the rate of one account all callers at one address may use together. */
  readonly accountsPerAddress: number;
  /**
   * How many accounts, and how many addresses, are remembered for each kind. Those that were quiet longest are
   * forgotten first.
   */
  readonly remembered: number;
}

interface Buckets {
  readonly accounts: LRUCache<string, TokenBucket>;
  readonly addresses: LRUCache<string, TokenBucket>;
}

/** Limits how much each account and each address may call on this node. A call is paid before it is done. */
export class CallBudgets {
  readonly #limits: CallLimits;
  readonly #clock: Clock;
  readonly #buckets: Readonly<Record<CallKind, Buckets>>;

  constructor(limits: CallLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    const buckets = (): Buckets => ({
      accounts: new LRUCache({ max: limits.remembered }),
      addresses: new LRUCache({ max: limits.remembered }),
    });
    this.#buckets = { query: buckets(), mutation: buckets(), told: buckets() };
  }

  /**
   * Takes the price of a call from the account and from the address. Those without an account share what one has.
   *
   * @throws RateLimitedError if one of them cannot pay; then nothing is taken
   */
  pay(kind: CallKind, price: number, { accountId, address }: Calling): void {
    const { perSecond, burst } = this.#limits.rates[kind];
    const times = this.#limits.accountsPerAddress;
    const { accounts, addresses } = this.#buckets[kind];
    const now = this.#clock.elapsed();
    const own = bucketOf(accounts, accountId ?? `at ${address}`, perSecond, burst, now);
    const all = bucketOf(addresses, address, perSecond * times, burst * times, now);
    // The burst may be configured lower than a price. Then the call costs the whole burst.
    const cost = Math.min(price, burst);
    const waitMs = Math.max(own.waitFor(now, cost), all.waitFor(now, cost));
    if (waitMs > 0) throw new RateLimitedError(waitMs);
    own.take(now, cost);
    all.take(now, cost);
  }
}

function bucketOf(
  buckets: LRUCache<string, TokenBucket>,
  key: string,
  perSecond: number,
  burst: number,
  now: number,
): TokenBucket {
  let bucket = buckets.get(key);
  if (bucket === undefined) {
    bucket = new TokenBucket(perSecond, burst, now);
    buckets.set(key, bucket);
  }
  return bucket;
}
