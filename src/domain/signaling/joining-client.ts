import type { Hold } from '../log.ts';

/** The connection through which somebody joins. */
export interface JoiningClient {
  /** Whether it still wants to join: it has neither disconnected nor unsubscribed. */
  isThere(): boolean;
  /** It has joined, and has this hold. */
  entered(hold: Hold): void;
  /** It has left, by its own wish, the room that it joined with this hold. */
  left(hold: Hold): void;
}

/** A client that stays connected, and acts by no hold. */
export const ANY_CLIENT: JoiningClient = { isThere: () => true, entered: () => {}, left: () => {} };
