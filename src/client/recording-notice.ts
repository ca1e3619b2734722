import type { RemoteParticipant } from './remote-participant.ts';

/** Somebody who is told of a recording. */
interface Told {
  readonly data: Pick<RemoteParticipant['data'], 'tellRecording'>;
}

/** Tells the others for as long as this side records. */
export class RecordingNotice {
  readonly #others: () => ReadonlyMap<string, Told>;
  readonly #changed: () => void;
  #recordings = 0;

  /** @param changed called when the first recording has begun, and when the last is over */
  constructor(others: () => ReadonlyMap<string, Told>, changed: () => void) {
    this.#others = others;
    this.#changed = changed;
  }

  get isOn(): boolean {
    return this.#recordings > 0;
  }

  /** A recording begins; it is over when the function that this returns is called. */
  begin(): () => void {
    this.#recordings += 1;
    this.tellAll();
    this.#changed();
    return () => {
      this.#recordings -= 1;
      this.tellAll();
      this.#changed();
    };
  }

  /** Tells everybody who does not know it yet. */
  tellAll(): void {
    for (const { data } of this.#others().values()) data.tellRecording(this.isOn);
  }
}
