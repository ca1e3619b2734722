import type { Client, ConnectionCheck } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import { checkRows, verdictOf } from './check-words.ts';
import { define } from './define.ts';
import { PeerqlElement } from './element.ts';
import { wordsFor } from './error-words.ts';
import { CHECK, CLOSE, icon, MINUS } from './icons.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import { checkStyles } from './styles/connection-check.ts';

/**
 * A check of what a call needs, with its results for people: the server, direct connections, relays, and with `devices` also
 * microphone and camera.
 * @example
 * document.querySelector('peerql-connection-check').client = client;
 */
export class PeerqlConnectionCheck extends PeerqlElement {
  static override styles: CSSResultGroup = [PeerqlElement.styles, checkStyles];
  static override properties: PropertyDeclarations = {
    client: { attribute: false },
    devices: { type: Boolean },
    checks: { state: true },
    stage: { state: true },
    failure: { state: true },
  };

  /** Whose connection is checked; somebody has to be signed in. Default: null, which shows nothing. */
  declare client: Pick<Client, 'checkConnection'> | null;
  /** Whether microphone and camera are opened as well. Default: false. */
  declare devices: boolean;
  declare protected checks: readonly ConnectionCheck[];
  declare protected stage: 'before' | 'checking' | 'done';
  declare protected failure: unknown;
  #run: AbortController | null = null;

  constructor() {
    super();
    this.client = null;
    this.devices = false;
    this.checks = [];
    this.stage = 'before';
    this.failure = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#run?.abort();
  }

  /** Moves the keyboard to the button. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus(options));
  }

  /** Checks, as the button does; resolves when the results are there. */
  async start(): Promise<void> {
    const { client, devices } = this;
    if (client === null || this.stage === 'checking') return;
    const run = new AbortController();
    this.#run = run;
    Object.assign(this, { stage: 'checking', checks: [], failure: null });
    try {
      const { checks } = await client.checkConnection({
        devices: { audio: devices, video: devices },
        signal: run.signal,
        onCheck: (check) => {
          this.checks = [...this.checks, check];
        },
      });
      this.checks = checks;
    } catch (error) {
      if (!run.signal.aborted) this.failure = error;
    }
    this.stage = run.signal.aborted ? 'before' : 'done';
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, stage, checks, failure } = this;
    if (this.client === null) return nothing;
    const { connectionCheck: own } = words;
    const rows = checkRows(checks, words, this.language);
    return html`
      <div role="status" class="verdict" part="verdict" data-testid="check-verdict">${this.#verdict()}</div>
      ${failure === null ? nothing : html`<p class="bad" role="alert" part="error">${wordsFor(failure, words)}</p>`}
      <ul part="list" aria-label=${own.results} data-testid="check-results" ?hidden=${rows.length === 0}>
        ${rows.map(
          ({
            name,
            outcome,
            text,
            code,
          }) => html`<li class=${outcome} part="check" data-outcome=${outcome} data-code=${code}>
            <span class="mark">${icon({ ok: CHECK, failed: CLOSE, skipped: MINUS }[outcome])}</span>
            <div><strong>${name}</strong><p>${text}</p></div>
          </li>`,
        )}
      </ul>
      <button class="small" part="start" type="button" data-testid="check-start" aria-disabled=${String(stage === 'checking')} @click=${() => void this.start()}>
        ${stage === 'before' ? own.start : own.again}
      </button>
    `;
  }

  #verdict(): TemplateResult | typeof nothing {
    const { connectionCheck: own } = this.words;
    if (this.stage === 'checking') {
      return html`<p><span class="spinner"></span>${own.checking}</p>`;
    }
    if (this.stage === 'before' || this.failure !== null) return nothing;
    const verdict = verdictOf(this.checks);
    return html`<p class=${verdict} data-verdict=${verdict}>${own.verdicts[verdict]}</p>`;
  }
}

define('peerql-connection-check', PeerqlConnectionCheck);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-connection-check': PeerqlConnectionCheck;
  }
}
