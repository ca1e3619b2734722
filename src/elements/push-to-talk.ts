import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface PushToTalkOptions {
  /** Whether the space bar unmutes now. */
  readonly isMuted: () => boolean;
  /** Unmutes, or mutes again. */
  readonly talk: (on: boolean) => void;
}

/** Where the space bar presses, types, scrolls or plays something. */
const TAKES_SPACE =
  'a[href], audio[controls], button, dialog, embed, iframe, input, object, select, summary, textarea, video[controls], [contenteditable], [tabindex]:not([tabindex="-1"])';

/**
 * Unmutes while the space bar is held down anywhere in the page, except where that key means something else. When it is
 * released, or the page loses the keyboard and would not hear of that, it mutes again.
 */
export class PushToTalk implements ReactiveController {
  readonly #options: PushToTalkOptions;
  #talking = false;

  constructor(host: ReactiveControllerHost, options: PushToTalkOptions) {
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.#onKey);
    document.addEventListener('keyup', this.#onKey);
    document.addEventListener('visibilitychange', this.#release);
    window.addEventListener('blur', this.#release);
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.#onKey);
    document.removeEventListener('keyup', this.#onKey);
    document.removeEventListener('visibilitychange', this.#release);
    window.removeEventListener('blur', this.#release);
    this.#release();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== ' ') return;
    if (this.#talking) {
      // Repeated presses would scroll the page, and the release would press a button that has the keyboard by now.
      event.preventDefault();
      if (event.type === 'keyup') this.#release();
      return;
    }
    const { type, repeat, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event;
    if (type === 'keyup' || repeat || ctrlKey || metaKey || altKey || shiftKey) return;
    if (defaultPrevented || isTaken(event) || !this.#options.isMuted()) return;
    event.preventDefault();
    this.#talking = true;
    this.#options.talk(true);
  };

  readonly #release = (): void => {
    if (!this.#talking) return;
    this.#talking = false;
    this.#options.talk(false);
  };
}

/** Looks into shadow trees, too. */
function isTaken(event: KeyboardEvent): boolean {
  return event.composedPath().some((one) => one instanceof Element && one.matches(TAKES_SPACE));
}
