/** Candidates of the other side, held until the description that they belong to has arrived. */
export class EarlyCandidates {
  readonly #onRefused: (error: unknown) => void;
  #waiting: RTCIceCandidateInit[] = [];

  /** @param onRefused called for each candidate that the browser refuses; the others are still applied */
  constructor(onRefused: (error: unknown) => void) {
    this.#onRefused = onRefused;
  }

  add(candidates: readonly RTCIceCandidateInit[]): void {
    this.#waiting.push(...candidates);
  }

  /** Adds all waiting candidates to the connection, if it has the other side's description. */
  async apply(connection: RTCPeerConnection): Promise<void> {
    const description = connection.remoteDescription;
    if (description === null) return;
    for (const candidate of this.#waiting.splice(0)) {
      const { usernameFragment: fragment } = candidate;
      // Belongs to an offer that gave way or was followed by a restart: useless now.
      const stale = fragment && !description.sdp.includes(`a=ice-ufrag:${fragment}`);
      if (stale) continue;
      try {
        await connection.addIceCandidate(candidate);
      } catch (error) {
        if (connection.signalingState === 'closed') return;
        this.#onRefused(error);
      }
    }
  }
}
