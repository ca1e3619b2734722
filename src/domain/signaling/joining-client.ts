import type { Hold } from '../log.ts';

/** The connection that somebody comes by. */
export interface JoiningClient {
  /** Whether it still wants in: it has neither gone nor said otherwise. */
  isThere(): boolean;
  /** It is in by this hold now. */
  entered(hold: Hold): void;
  /** It has left by its own wish what it had entered by this hold. */
  left(hold: Hold): void;
}

/** One that stays, and acts by no hold. */
export const ANY_CLIENT: JoiningClient = { isThere: () => true, entered: () => {}, left: () => {} };
