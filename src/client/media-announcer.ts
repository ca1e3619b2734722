import { isGone } from './errors.ts';
import type { LocalMediaState } from './local-media.ts';
import type { Participant } from './remote-participant.ts';

export interface MediaAnnouncerOptions {
  /** What is on now. */
  readonly media: () => LocalMediaState;
  /** The local participant, with the media that the others know of. */
  readonly self: () => Participant;
  /** Resolves when the server has accepted it. */
  readonly send: (media: LocalMediaState) => Promise<void>;
  /** Called when the others know of it. */
  readonly onSent: (media: LocalMediaState) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells the others which media are on, one change after the other, until they know the latest. */
export class MediaAnnouncer {
  readonly #options: MediaAnnouncerOptions;
  #announcing = false;
  #stopped = false;

  constructor(options: MediaAnnouncerOptions) {
    this.#options = options;
  }

  /** Call this when something may have changed. */
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
        // A new stay was made meanwhile, and does not have it yet: tries again.
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
