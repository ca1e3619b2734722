import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/**
 * A counter in memory that remembers a limited number of keys. The least recently used ones are forgotten first, so
 * made-up keys cannot fill the memory.
 */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #keys: LRUCache<string | number, true>;

  /** @param maxKeys how many keys it remembers */
  constructor(options: ConstructorParameters<typeof RateLimiterMemory>[0], maxKeys: number) {
    super(options);
    this.#keys = new LRUCache({
      max: maxKeys,
      dispose: (_value, key, reason) => {
        if (reason === 'evict') void super.delete(key);
      },
    });
  }

  /** How many keys are remembered now. */
  get size(): number {
    return this.#keys.size;
  }

  override consume(...given: Parameters<RateLimiterMemory['consume']>) {
    this.#keys.set(given[0], true);
    return super.consume(...given);
  }

  override penalty(...given: Parameters<RateLimiterMemory['penalty']>) {
    this.#keys.set(given[0], true);
    return super.penalty(...given);
  }

  override reward(...given: Parameters<RateLimiterMemory['reward']>) {
    this.#keys.set(given[0], true);
    return super.reward(...given);
  }

  override set(...given: Parameters<RateLimiterMemory['set']>) {
    this.#keys.set(given[0], true);
    return super.set(...given);
  }

  override delete(key: string | number) {
    this.#keys.delete(key);
    return super.delete(key);
  }
}
