/**
 * Why there is no way between two participants.
 * - `NO_ANSWER`: the other side has not answered yet
 * - `NO_RELAY`: no direct way was found, and the server names no TURN server
 * - `RELAY_REFUSED`: the TURN server does not take the credentials
 * - `RELAY_UNREACHABLE`: no TURN server answers
 * - `BLOCKED`: there are relays, and still nothing gets through
 */
export type PeerFailure =
  | 'NO_ANSWER'
  | 'NO_RELAY'
  | 'RELAY_REFUSED'
  | 'RELAY_UNREACHABLE'
  | 'BLOCKED';

/** Answers of a TURN server to credentials that it does not take (RFC 8489, 14.8; RFC 8656, 19). */
const REFUSALS = new Set([401, 403, 438, 441, 486]);

/** Finds out why no way is found. */
export class WayFinder {
  readonly #hasRelay: boolean;
  #wasRefused = false;

  constructor({ iceServers = [] }: RTCConfiguration) {
    const urls = iceServers.flatMap((server) => server.urls);
    this.#hasRelay = urls.some((url) => /^turns?:/i.test(url));
  }

  /** A STUN or TURN server has answered with this error code (`icecandidateerror`). */
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
