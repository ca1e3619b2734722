/**
 * Why two participants cannot reach each other.
 * - `NO_ANSWER`: the other side has not answered yet
 * - `NO_RELAY`: no direct path was found, and the server names no TURN server
 * - `RELAY_REFUSED`: the TURN server refuses the credentials
 * - `RELAY_UNREACHABLE`: no TURN server answers
 * - `BLOCKED`: there are relays, but nothing gets through
 */
export type PeerFailure =
  | 'NO_ANSWER'
  | 'NO_RELAY'
  | 'RELAY_REFUSED'
  | 'RELAY_UNREACHABLE'
  | 'BLOCKED';

/** The error codes of a TURN server that refuses the credentials (RFC 8489, 14.8; RFC 8656, 19). */
export const REFUSALS: ReadonlySet<number> = new Set([401, 403, 438, 441, 486]);

/** Finds out why no path between two participants was found. */
export class WayFinder {
  readonly #hasRelay: boolean;
  #wasRefused = false;

  constructor({ iceServers = [] }: RTCConfiguration) {
    const urls = iceServers.flatMap((server) => server.urls);
    this.#hasRelay = urls.some((url) => /^turns?:/i.test(url));
  }

  /** Call this when a STUN or TURN server has answered with this error code (`icecandidateerror`). */
  refused(code: number): void {
    if (REFUSALS.has(code)) this.#wasRefused = true;
  }

  failure({ remoteDescription, localDescription }: WayFinderConnection): PeerFailure {
    if (remoteDescription === null) return 'NO_ANSWER';
    if (!this.#hasRelay) return 'NO_RELAY';
    if (this.#wasRefused) return 'RELAY_REFUSED';
    const relayed = / typ relay( |\r?$)/m.test(localDescription?.sdp ?? '');
    return relayed ? 'BLOCKED' : 'RELAY_UNREACHABLE';
  }
}

/** What is read of an `RTCPeerConnection`. */
export interface WayFinderConnection {
  readonly remoteDescription: object | null;
  readonly localDescription: { readonly sdp: string } | null;
}
