import { type Call, type CallSnapshot, PeerqlError } from '@peerql/client';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import { problemOf } from './devices.ts';
import { wordsFor } from './error-words.ts';
import type { ElementMessages } from './messages/english.ts';
import { promptList } from './prompts.ts';

interface Options {
  readonly words: () => ElementMessages;
  /** Tells the user what failed. */
  readonly tell: (message: string) => void;
  /** Shows everybody who waits. */
  readonly showAll: () => void;
}

/** The requests of others in a call, and the user's answers: being asked to mute, and knocks. */
export class CallRequests {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options;
  #call: Call | null = null;
  #stop: (() => void) | null = null;
  #muteAsked = false;

  constructor(host: ReactiveControllerHost, options: Options) {
    this.#host = host;
    this.#options = options;
  }

  /** Listens to a call from now on; with null, to none. */
  watch(call: Call | null): void {
    this.#stop?.();
    this.#call = call;
    this.#muteAsked = false;
    this.#stop =
      call?.on('muteRequested', () => this.#setMuteAsked(call.snapshot.self.media.audio)) ?? null;
  }

  /** @param peopleAreShown whether the list of people is open, which shows those who wait already */
  render({ self, knocks }: CallSnapshot, peopleAreShown: boolean): TemplateResult {
    if (!self.media.audio) this.#muteAsked = false;
    const { words, showAll } = this.#options;
    const asked = { mute: this.#muteAsked, knocks: peopleAreShown ? [] : knocks };
    return promptList(asked, words(), {
      mute: (yes) => this.#answerMute(yes),
      admit: (knockId) => this.#attempt(this.#call?.admit(knockId)),
      deny: (knockId) => this.#attempt(this.#call?.deny(knockId)),
      all: showAll,
    });
  }

  #answerMute(yes: boolean): void {
    this.#setMuteAsked(false);
    if (!yes) return;
    this.#call?.setMicrophone(false).catch((error: unknown) => {
      this.#options.tell(this.#options.words().devices.problems[problemOf(error)].title);
    });
  }

  #setMuteAsked(asked: boolean): void {
    this.#muteAsked = asked;
    this.#host.requestUpdate();
  }

  #attempt(action: Promise<void> | undefined): void {
    action?.catch((error: unknown) => {
      // The call ended while this was under way: there is nobody to tell.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      this.#options.tell(wordsFor(error, this.#options.words()));
    });
  }
}
