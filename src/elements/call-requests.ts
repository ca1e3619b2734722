import { type Call, type CallSnapshot, PeerqlError } from '@peerql/client';
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { CallFiles } from './call-files.ts';
import type { PanelName } from './controls.ts';
import { problemOf } from './devices.ts';
import { wordsFor } from './error-words.ts';
import { fileOffersOf } from './file-offers.ts';
import { answerKnock } from './knock-answers.ts';
import type { ElementMessages } from './messages/english.ts';

interface Options {
  readonly words: () => ElementMessages;
  readonly language: () => string;
  /** Tells the user what failed. */
  readonly tell: (message: string) => void;
  /** Shows everybody who waits, or the files. */
  readonly show: (panel: PanelName) => void;
}

/** The requests of others in a call, and the user's answers: being asked to mute, knocks, and files. */
export class CallRequests {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options;
  #call: Call | null = null;
  #files: CallFiles | null = null;
  #stops: readonly (() => void)[] = [];
  #muteAsked = false;
  /** Loaded when somebody first asks for something. */
  #prompts: typeof import('./prompts.ts') | null = null;
  #loading = false;

  constructor(host: ReactiveControllerHost, options: Options) {
    this.#host = host;
    this.#options = options;
  }

  /** Listens to a call from now on; with null, to none. */
  watch(call: Call | null): void {
    for (const stop of this.#stops) stop();
    this.#call = call;
    this.#files = null;
    this.#muteAsked = false;
    if (call === null) return;
    fileOffersOf(call);
    this.#stops = [
      call.on('muteRequested', () => this.#setMuteAsked(call.snapshot.self.media.audio)),
      call.on('fileOffered', () => void this.#showFiles(call)),
    ];
  }

  /** @param panel what is open, which shows already who waits, or which files are offered */
  render({ self, knocks }: CallSnapshot, panel: PanelName | null): TemplateResult {
    if (!self.media.audio) this.#muteAsked = false;
    const { words, language, show } = this.#options;
    const asked = {
      mute: this.#muteAsked,
      knocks: panel === 'people' ? [] : knocks,
      files: panel === 'chat' ? [] : (this.#files?.offered ?? []),
    };
    if (asked.mute || asked.knocks.length > 0 || asked.files.length > 0) void this.#load();
    const prompts = this.#prompts?.promptList(asked, words(), language(), {
      mute: (yes) => this.#answerMute(yes),
      admit: (knockId) => this.#answer(knockId, (call) => call.admit(knockId)),
      deny: (knockId) => this.#answer(knockId, (call) => call.deny(knockId)),
      all: () => show('people'),
      acceptFile: (id) => {
        this.#files?.accept(id);
        show('chat');
      },
      declineFile: (id) => this.#files?.decline(id),
    });
    // It is there from the beginning, so that screen readers announce what comes into it.
    return html`<div class="prompts" part="prompts" role="status" data-testid="prompts">${prompts ?? nothing}</div>`;
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      this.#prompts = await import('./prompts.ts');
      this.#host.requestUpdate();
    } catch {
      // The next change is another try.
      this.#loading = false;
    }
  }

  /** What files need is loaded when the first is offered. */
  async #showFiles(call: Call): Promise<void> {
    try {
      const { filesOf } = await import('./call-files.ts');
      if (this.#files !== null || this.#call !== call) return;
      this.#files = filesOf(call);
      this.#stops = [...this.#stops, this.#files.subscribe(() => this.#host.requestUpdate())];
      this.#host.requestUpdate();
    } catch (error) {
      this.#options.tell(wordsFor(error, this.#options.words()));
    }
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

  #answer(knockId: string, answer: (call: Call) => Promise<void>): void {
    const call = this.#call;
    if (call === null) return;
    answerKnock(call, knockId, () => answer(call)).catch((error: unknown) => {
      // The call ended while this was under way: there is nobody to tell.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      this.#options.tell(wordsFor(error, this.#options.words()));
    });
  }
}
