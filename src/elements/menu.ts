import { type Call, PeerqlError, type VideoEffect } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import { CallElement } from './call-element.ts';
import { recorderOf } from './call-recorder.ts';
import { define } from './define.ts';
import { problemOf } from './devices.ts';
import { BLUR, CHECK, type Icon, icon, RECORD } from './icons.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import { type Question, questionDialog } from './question.ts';
import { recordedHere } from './recorded-here.ts';
import { dialogStyles } from './styles/dialog.ts';
import { menuStyles } from './styles/menu.ts';

/** What there is to do in a call beside the buttons. `<peerql-controls>` loads it when it is first opened. */
export class PeerqlMenu extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, dialogStyles, menuStyles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean },
    backgroundBlur: { attribute: false },
    close: { attribute: false },
    question: { state: true },
    blurring: { state: true },
  };

  /** Whether it is shown. Default: false. */
  declare open: boolean;
  /** An effect that hides the background, for which there is a switch then. Default: null. */
  declare backgroundBlur: VideoEffect | null;
  /** Closes the menu. */
  declare close: () => void;
  /** What is asked before a recording. */
  declare protected question: Question | null;
  /** How many effects are being started, for which several megabytes may have to come. */
  declare protected blurring: number;

  constructor() {
    super();
    this.open = false;
    this.backgroundBlur = null;
    this.close = () => {};
    this.question = null;
    this.blurring = 0;
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open === false) dialog.showModal();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { call, snapshot, words } = this;
    if (call === null || snapshot === null) return nothing;
    const question = questionDialog(this.question, words, (yes) => {
      const asked = this.question;
      this.question = null;
      if (yes) void asked?.run(call);
    });
    if (!this.open) return html`${question}`;
    const canRecord = typeof MediaRecorder === 'function';
    return html`
      <div class="menu" part="menu" role="group" aria-label=${words.call.more} data-testid="menu">
        ${canRecord ? this.#recordItem(call, recordedHere.has(call)) : nothing}
        ${this.#blurItem(call, snapshot.self.videoEffect)}
      </div>
      ${question}
    `;
  }

  #recordItem(call: Call, isOn: boolean): TemplateResult {
    const { recorder, recording } = this.words;
    const press = () => {
      this.close();
      if (isOn) void recorderOf(call).stop();
      else {
        const { question: text, consent: detail, start: action } = recorder;
        this.question = { text, detail, action, run: (asked) => this.#record(asked) };
      }
    };
    return item({
      name: 'record',
      lines: RECORD,
      label: isOn ? recording.stop : recorder.record,
      isOn,
      isBusy: false,
      press,
    });
  }

  #blurItem(call: Call, current: VideoEffect | null): TemplateResult | typeof nothing {
    const { backgroundBlur: blur, words } = this;
    if (blur === null) return nothing;
    const isOn = current === blur;
    return item({
      name: 'blur',
      lines: BLUR,
      label: words.devices.blur,
      isOn,
      isBusy: this.blurring > 0,
      isChecked: isOn,
      press: () => void this.#blur(call, isOn ? null : blur),
    });
  }

  async #record(call: Call): Promise<void> {
    try {
      await recorderOf(call).start();
    } catch (error) {
      this.#failed(error, this.words.recorder.failed);
    }
  }

  async #blur(call: Call, effect: VideoEffect | null): Promise<void> {
    this.blurring += 1;
    try {
      await call.setVideoEffect(effect);
    } catch (error) {
      this.#failed(error, this.words.devices.problems[problemOf(error)].title);
    } finally {
      this.blurring -= 1;
    }
  }

  #failed(error: unknown, message: string): void {
    // The call ended meanwhile: there is nobody to tell.
    if (error instanceof PeerqlError && error.code === 'ENDED') return;
    this.emit('peerql-error', { error, message });
  }
}

interface Item {
  readonly name: string;
  readonly lines: Icon;
  readonly label: string;
  readonly isOn: boolean;
  readonly isBusy: boolean;
  /** Whether to show a tick, where the label does not say that it is on. */
  readonly isChecked?: boolean;
  readonly press: () => void;
}

function item({
  name,
  lines,
  label,
  isOn,
  isBusy,
  isChecked = false,
  press,
}: Item): TemplateResult {
  return html`<button class="item" part="menu-item" type="button" data-testid=${`menu-${name}`}
    aria-pressed=${String(isOn)} aria-busy=${String(isBusy)} @click=${press}>
    ${isBusy ? html`<span class="spinner"></span>` : icon(lines)}<span>${label}</span>${isChecked ? html`<span class="checked">${icon(CHECK)}</span>` : nothing}
  </button>`;
}

define('peerql-menu', PeerqlMenu);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-menu': PeerqlMenu;
  }
}
