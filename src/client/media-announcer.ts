import { isGone } from './errors.ts';
import type { LocalMediaState } from './local-media.ts';
import type { Participant } from './remote-participant.ts';

export interface MediaAnnouncerOptions {
  /** What is on now. */
  readonly media: () => LocalMediaState;
  /** One's own stay, with the media that the others know of. */
  readonly self: () => Participant;
  /** Resolves when the server has accepted it. */
  readonly send: (media: LocalMediaState) => Promise<void>;
  /** The others know of it now. */
  readonly onSent: (media: LocalMediaState) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells the others what is on, one change after the other, until they know the latest. */
export class MediaAnnouncer {
  readonly #options: MediaAnnouncerOptions;
  #announcing = false;
  #stopped = false;

  constructor(options: MediaAnnouncerOptions) {
    this.#options = options;
  }

  /** Something may have changed. */
  async announce(): Promise<void> {
    if (this.#announcing) return;
    this.#announcing = true;
    const { media, self, send, onSent, onError } = this.#options;
    let failed = false;
    while (!failed && !this.#stopped && !sameMedia(self().media, media())) {
      const now = media();
      const { id } = self();
      try {
        await send(now);
        if (self().id === id) onSent(now);
      } catch (error) {
        // A stay that was made anew meanwhile is told again.
        failed = self().id === id;
        if (!isGone(error)) onError(error);
      }
    }
    this.#announcing = false;
  }

  stop(): void {
    this.#stopped = true;
  }
}

function sameMedia(a: LocalMediaState, b: LocalMediaState): boolean {
  return a.audio === b.audio && a.video === b.video && a.screen === b.screen;
}
