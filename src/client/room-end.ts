import { NetworkError, PeerqlError, RefusedError } from './errors.ts';
import type { EndReason } from './generated/graphql.ts';

/** Why a call ended for good. */
export interface RoomEnd {
  /** REFUSED: the server does not let this participant in. FAILED: client and server do not understand each other. */
  readonly reason: EndReason | 'REFUSED' | 'FAILED';
  /** The exact error for REFUSED, FAILED and SIGNED_OUT; null otherwise. */
  readonly error: PeerqlError | null;
}

/** The close codes of a WebSocket that say more than that it was lost. */
export const CloseCode = {
  TooBig: 1009,
  BadMessage: 4400,
  SignedOut: 4401,
  TooMany: 4429,
} as const;

/** Errors that a retry cannot mend: this client and this server do not speak the same schema. */
export const FINAL_CODES = new Set([
  'BAD_REQUEST',
  'DOCUMENT_TOO_BIG',
  'INVALID_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
  'VARIABLES_TOO_BIG',
]);

export function gone(): RefusedError {
  return new RefusedError('PEER_NOT_IN_ROOM', 'The addressee is not in this room any more.');
}

/** It may or may not have been done, in a stay that is over. */
export function goneOneself(): RefusedError {
  return new RefusedError('NOT_IN_ROOM', 'The stay is over.');
}

export function callIsOver(): PeerqlError {
  return new PeerqlError('ENDED', 'The call is over.');
}

export function connectionLost(): NetworkError {
  return new NetworkError('The connection was lost.');
}

export function tooMany(reason: string): PeerqlError {
  return new PeerqlError('TOO_MANY_SOCKETS', reason || 'Too many sockets.');
}

export function signedOut(reason: string): RoomEnd {
  const error = new PeerqlError('UNAUTHENTICATED', reason || 'Signed out.');
  return { reason: 'SIGNED_OUT', error };
}

export function failed(message: string): RoomEnd {
  return { reason: 'FAILED', error: new PeerqlError('PROTOCOL', message) };
}
