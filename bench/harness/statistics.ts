/** The median of a list, with its lowest and highest value. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1] ?? 0;
  const high = sorted[sorted.length >> 1] ?? 0;
  return { median: (low + high) / 2, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** Latency percentiles in milliseconds. */
export interface Percentiles {
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

export function percentiles(samples: Float64Array): Percentiles | null {
  if (samples.length === 0) return null;
  const sorted = samples.slice().sort();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

/** Samples up to a bound; after that, new samples overwrite the oldest. */
export class Samples {
  #values = new Float64Array(1024);
  #count = 0;
  readonly #bound: number;

  constructor(bound = 4_000_000) {
    this.#bound = bound;
  }

  add(value: number): void {
    if (this.#count === this.#values.length && this.#count < this.#bound) {
      const grown = new Float64Array(Math.min(this.#bound, this.#count * 4));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count % this.#bound] = value;
    this.#count++;
  }

  percentiles(): Percentiles | null {
    return percentiles(this.#values.subarray(0, Math.min(this.#count, this.#bound)));
  }
}

/** A small seeded generator (mulberry32), so that a run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    const held = order[last] as Item;
    order[last] = order[pick] as Item;
    order[pick] = held;
  }
  return order;
}
