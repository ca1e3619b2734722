import { booleanProblem, requireOptions } from './options.ts';
import type { RemoteParticipant } from './remote-participant.ts';
import { ALL_VIDEO, type WantedVideo } from './wanted-video.ts';

/** Which video of the others is received: what was asked for, and while somebody needs all, all. */
export class Reception {
  readonly #others: () => ReadonlyMap<string, Pick<RemoteParticipant, 'receive'>>;
  readonly #wanted = new WeakMap<Pick<RemoteParticipant, 'receive'>, WantedVideo>();
  #needed = 0;

  constructor(others: () => ReadonlyMap<string, Pick<RemoteParticipant, 'receive'>>) {
    this.#others = others;
  }

  /** Changes what is wanted of one of the others. */
  set(participantId: string, { video, screen }: Partial<WantedVideo>): void {
    requireOptions({ video: booleanProblem(video), screen: booleanProblem(screen) });
    const other = this.#others().get(participantId);
    if (other === undefined) return;
    const before = this.#wanted.get(other) ?? ALL_VIDEO;
    this.#wanted.set(other, { video: video ?? before.video, screen: screen ?? before.screen });
    this.#ask(other);
  }

  /** Receives all video, until the function that it returns is called. */
  needAll(): () => void {
    this.#needed += 1;
    this.#askAll();
    return () => {
      this.#needed -= 1;
      this.#askAll();
    };
  }

  #askAll(): void {
    for (const other of this.#others().values()) this.#ask(other);
  }

  #ask(other: Pick<RemoteParticipant, 'receive'>): void {
    const wanted = this.#needed === 0 ? this.#wanted.get(other) : undefined;
    other.receive(wanted ?? ALL_VIDEO);
  }
}
