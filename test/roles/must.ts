/** Throws unless something holds. Vitest's own assertions cost too much for what is checked a million times. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Broken: ${what}`);
}
