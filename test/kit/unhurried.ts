/** Nobody is held back for how fast a test calls, unless it is about that. */
export const UNHURRIED = {
  MUTATION_BURST: '10000000',
  TOLD_BURST: '10000000',
  QUERY_BURST: '10000000',
};
