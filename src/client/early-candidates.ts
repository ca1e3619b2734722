import type { IceCandidateInput } from './generated/graphql.ts';

/** Candidates of the other side, held until there is the description that they belong to. */
export class EarlyCandidates {
  #waiting: IceCandidateInput[] = [];

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
      if (!stale) await connection.addIceCandidate(initOf(candidate));
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
