/**
 * Some tests have a long version: more repeats, longer faults, more pairs of browsers. `npm run test:long` runs those;
 * everything else, `.ci/run` as well, the short ones.
 */
export const LONG = process.env.LONG_TESTS === 'all';
