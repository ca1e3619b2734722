/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: `FAULT_SEED`, or a new one. Printed, so that a failure can be reproduced. */
export function seedOfRun(what: string): number {
  const given = Number(process.env.FAULT_SEED);
  const seed = Number.isInteger(given) && given > 0 ? given : Date.now() % 2 ** 31;
  process.stdout.write(`${what}: FAULT_SEED=${seed}\n`);
  return seed;
}
