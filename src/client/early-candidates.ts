import type { IceCandidateInput } from './generated/graphql.ts';

/** Candidates of the other side, held until there is the description that they belong to. */
export class EarlyCandidates {
  readonly #onRefused: (error: unknown) => void;
  #waiting: IceCandidateInput[] = [];

  /** @param onRefused told of each that the browser refuses; the others go on */
  constructor(onRefused: (error: unknown) => void) {
    this.#onRefused = onRefused;
  }

  add(candidates: readonly IceCandidateInput[]): void {
    this.#waiting.push(...candidates);
  }

  /** Gives all that waits to the connection, if it has the other side's description. */
  async apply(connection: RTCPeerConnection): Promise<void> {
    const description = connection.remoteDescription;
    if (description === null) return;
    for (const candidate of this.#waiting.splice(0)) {
      const { usernameFragment: fragment } = candidate;
      // Belongs to an offer that gave way or was followed by a restart: of no use any more.
      const stale = fragment && !description.sdp.includes(`a=ice-ufrag:${fragment}`);
      if (stale) continue;
      try {
        await connection.addIceCandidate(initOf(candidate));
      } catch (error) {
        if (connection.signalingState === 'closed') return;
        this.#onRefused(error);
      }
    }
  }
}

function initOf({ candidate, ...rest }: IceCandidateInput): RTCIceCandidateInit {
  return {
    candidate,
    sdpMid: rest.sdpMid ?? null,
    sdpMLineIndex: rest.sdpMLineIndex ?? null,
    usernameFragment: rest.usernameFragment ?? null,
  };
}
