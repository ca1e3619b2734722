/** The sound of everybody in a call, mixed into one track. */
export class RecordedSound {
  readonly stream: MediaStream;
  readonly #context = new AudioContext();
  readonly #mix: MediaStreamAudioDestinationNode;
  readonly #sources = new Map<MediaStreamTrack, { stop: () => void }>();

  constructor() {
    this.#mix = this.#context.createMediaStreamDestination();
    this.stream = this.#mix.stream;
    // Without a gesture of the user the browser may have suspended it.
    void this.#context.resume();
  }

  /** Mixes these tracks from now on. */
  mix(tracks: readonly MediaStreamTrack[]): void {
    for (const [track, source] of this.#sources) {
      if (tracks.includes(track)) continue;
      source.stop();
      this.#sources.delete(track);
    }
    for (const track of tracks) {
      if (!this.#sources.has(track)) this.#sources.set(track, this.#open(track));
    }
  }

  async stop(): Promise<void> {
    this.mix([]);
    for (const track of this.stream.getTracks()) track.stop();
    await this.#context.close();
  }

  #open(track: MediaStreamTrack): { stop: () => void } {
    const stream = new MediaStream([track]);
    // Chromium lets sound from another participant through only while an element takes it, too.
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#mix);
    return {
      stop: () => {
        source.disconnect();
        element.srcObject = null;
      },
    };
  }
}
