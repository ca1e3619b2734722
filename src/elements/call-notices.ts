import type { Call } from '@peerql/client';
import type { ReactiveControllerHost } from 'lit';
import { announcer } from './announcer.ts';
import { crowdWatch } from './crowd-watch.ts';
import { problemOf } from './devices.ts';
import type { ElementMessages } from './messages/english.ts';

/** How long a notice is shown, in milliseconds. */
const NOTICE_MS = 4_000;
/** How much of a message a notice shows, in UTF-16 units. */
const NOTICE_CHARACTERS = 120;

interface Options {
  readonly words: () => ElementMessages;
  readonly chatIsOpen: () => boolean;
  /** Offers a notice to the page; returns whether the page leaves it to the element. */
  readonly offer: (message: string) => boolean;
}

/** Short messages about a call: who comes and goes, what is written while the chat is closed, what failed. */
export class CallNotices {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options;
  #shown: readonly string[] = [];
  #stops: readonly (() => void)[] = [];
  #watched: Call | null = null;

  constructor(host: ReactiveControllerHost, options: Options) {
    this.#host = host;
    this.#options = options;
  }

  get shown(): readonly string[] {
    return this.#shown;
  }

  add(message: string): void {
    if (!this.#options.offer(message)) return;
    this.#shown = [...this.#shown, message];
    this.#host.requestUpdate();
    setTimeout(() => {
      this.#shown = this.#shown.slice(1);
      this.#host.requestUpdate();
    }, NOTICE_MS);
  }

  /**
   * Tells what happens in a call from now on; with null, nothing.
   *
   * @param direct in a call that rang, the id of who called or was called
   */
  watch(call: Call | null, direct: string | null): void {
    if (call === this.#watched) return;
    for (const stop of this.#stops) stop();
    this.#watched = call;
    if (call === null) {
      this.#stops = [];
      return;
    }
    const { words, chatIsOpen } = this.#options;
    this.#stops = [
      announcer(
        call,
        direct,
        () => words().announce,
        (text) => this.add(text),
      ),
      call.on('message', ({ user, text }) => {
        // The open chat already shows the message.
        if (!chatIsOpen()) this.add(words().chat.newMessage(user.name, shortened(text)));
      }),
      crowdWatch(call, (most) => this.add(words().call.manyCameras(most))),
      call.on('error', (error) => {
        // Nobody sees the user any more. Everything else is tried again by itself.
        if (problemOf(error) === 'effect') this.add(words().devices.problems.effect.title);
      }),
    ];
  }
}

/** A long text, cut off. */
function shortened(text: string): string {
  return text.length <= NOTICE_CHARACTERS ? text : `${text.slice(0, NOTICE_CHARACTERS)}…`;
}
