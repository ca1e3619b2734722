import { type Client, LocalMedia, PeerqlError, type VideoEffect } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { define } from './define.ts';
import { type DeviceProblem, openDevices, problemOf } from './devices.ts';
import { PeerqlElement } from './element.ts';
import { wordsFor } from './error-words.ts';
import './preview.ts';
import { prejoinStyles } from './styles/prejoin.ts';
import { waitingCard } from './waiting-card.ts';

/** What the user has chosen before the join. */
export interface PrejoinChoice {
  /** Microphone and camera, also without a track. Give them to `joinRoom`: then they belong to the call. */
  readonly localMedia: LocalMedia;
  /** The name that was typed, without spaces around it; empty unless `ask-name` is set. */
  readonly name: string;
  /** Whether to end the stay of the same account elsewhere, as `joinRoom` takes it. */
  readonly takeOver: boolean;
}

/**
 * What somebody sees before a call: themselves, their devices, and the button to join. It opens microphone and camera,
 * or whichever there is, and says what is missing. It stops them when it leaves the document, unless a call has them.
 * @example
 * prejoin.addEventListener('peerql-join', async ({ detail: { localMedia, takeOver } }) => {
 *   prejoin.state = 'joining';
 *   const call = await client.joinRoom(roomId, { localMedia, takeOver });
 * });
 */
export class PeerqlPrejoin extends PeerqlElement {
  static override styles: CSSResultGroup = [PeerqlElement.styles, prejoinStyles];
  static override properties: PropertyDeclarations = {
    state: { type: String },
    hostTold: { type: Boolean, attribute: 'host-told' },
    knock: { type: Boolean },
    askName: { type: Boolean, attribute: 'ask-name' },
    name: { type: String },
    error: { attribute: false },
    backgroundBlur: { attribute: false },
    client: { attribute: false },
    checking: { state: true },
    localMedia: { state: true },
    problem: { state: true },
  };

  /** `joining` while the join is under way, `waiting` while the host is asked. Default: `ready`. */
  declare state: 'ready' | 'joining' | 'waiting';
  /** While `waiting`: whether a host is there and was told. Default: false. */
  declare hostTold: boolean;
  /** Whether the host lets people in one by one, which the button then says. Default: false. */
  declare knock: boolean;
  /** Whether to ask for a name, as for guests. Default: false. */
  declare askName: boolean;
  /** The name to begin with. Default: empty. */
  declare name: string;
  /** Why the last join was refused, to be shown. Default: null. */
  declare error: unknown;
  /** An effect that hides the background, for which there is a switch then. Default: null. */
  declare backgroundBlur: VideoEffect | null;
  /** Whose connection can be checked, for which there is a button then. Default: null. */
  declare client: Pick<Client, 'checkConnection'> | null;
  /** Whether the check of the connection is loaded and shown. */
  declare protected checking: boolean;
  /** The devices, once they are open. */
  declare protected localMedia: LocalMedia | null;
  declare protected problem: DeviceProblem | null;

  constructor() {
    super();
    this.state = 'ready';
    this.hostTold = false;
    this.knock = false;
    this.askName = false;
    this.name = '';
    this.error = null;
    this.backgroundBlur = null;
    this.client = null;
    this.checking = false;
    this.localMedia = null;
    this.problem = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const media = this.localMedia;
    this.localMedia = null;
    if (media !== null && !media.taken) media.stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('state') && this.state === 'waiting') {
      this.renderRoot.querySelector<HTMLElement>('.waiting button')?.focus();
    }
  }

  protected override render(): TemplateResult {
    const { localMedia, state } = this;
    return html`<div class="columns" part="base">
      <div class="mirror" part="mirror" data-testid="mirror">
        ${
          localMedia === null
            ? html`<div class="opening"><div class="spinner"></div></div>`
            : html`<peerql-preview
                part="preview"
                exportparts="video, switches, choice, toggle, blur"
                .messages=${this.messages}
                .localMedia=${localMedia}
                .backgroundBlur=${this.backgroundBlur}
                @peerql-device-changed=${() => {
                  this.problem = null;
                }}
                @peerql-device-problem=${({
                  detail,
                }: HTMLElementEventMap['peerql-device-problem']) => {
                  this.problem = detail.problem;
                }}
              ></peerql-preview>`
        }
        ${this.#deviceProblem()}
      </div>
      <form class="room" part="form" @submit=${this.#submit}>
        <slot><h2 part="title">${this.words.prejoin.ready}</h2></slot>
        ${this.#nameField()}${this.#refusal()}
        ${
          state === 'waiting'
            ? waitingCard(this.hostTold, this.words, () => this.emit('peerql-stop-waiting', null))
            : this.#joinButton()
        }
        <slot name="footer"></slot>
      </form>
      ${this.#connectionCheck()}
    </div>`;
  }

  #joinButton(): TemplateResult | typeof nothing {
    // Then the button to join here instead is the only one.
    if (codeOf(this.error) === 'ALREADY_IN_ROOM' && this.state === 'ready') return nothing;
    return html`
      <button
        class="primary wide"
        part="join"
        type="submit"
        data-testid="join"
        ?disabled=${this.localMedia === null || this.state === 'joining'}
      >
        ${this.#joinWords()}
      </button>
    `;
  }

  #joinWords(): string {
    const { prejoin, common } = this.words;
    if (this.state === 'joining') return prejoin.joining;
    if (this.error !== null) return common.tryAgain;
    if (this.knock) return prejoin.ask;
    const tracks = this.localMedia?.tracks;
    const without = tracks?.audio === null && tracks.video === null;
    return without && this.problem !== null ? prejoin.withoutCamera : common.join;
  }

  #nameField(): TemplateResult | typeof nothing {
    if (!this.askName) return nothing;
    return html`
      <label class="name" part="name">
        <span>${this.words.common.name}</span>
        <input
          part="name-field"
          data-testid="prejoin-name"
          required
          maxlength="100"
          autocomplete="name"
          .value=${this.name}
          @input=${({ target }: Event) => {
            if (target instanceof HTMLInputElement) this.name = target.value;
          }}
        />
      </label>
    `;
  }

  #deviceProblem(): TemplateResult | typeof nothing {
    const { problem, words } = this;
    if (problem === null) return nothing;
    const { title, text } = words.devices.problems[problem];
    return html`
      <div class="problem" part="problem" role="status" data-testid="device-problem" data-kind=${problem}>
        <div><strong>${title}</strong><p>${text}</p></div>
        <button type="button" data-testid="retry-devices" @click=${this.#openMissing}>
          ${words.common.tryAgain}
        </button>
      </div>
    `;
  }

  #connectionCheck(): TemplateResult | typeof nothing {
    const { client, checking, words, messages } = this;
    if (client === null) return nothing;
    return checking
      ? html`<peerql-connection-check class="check" part="check" .client=${client} .messages=${messages}></peerql-connection-check>`
      : html`<button class="small check" type="button" data-testid="check-connection" @click=${() => void this.#check()}>${words.prejoin.check}</button>`;
  }

  /** Loads the check and starts it. */
  async #check(): Promise<void> {
    try {
      await import('./connection-check.ts');
      this.checking = true;
      await this.updateComplete;
      const check = this.renderRoot.querySelector('peerql-connection-check');
      check?.focus({ preventScroll: true });
      await check?.start();
    } catch (error) {
      this.error = error;
    }
  }

  #refusal(): TemplateResult | typeof nothing {
    const { error, words } = this;
    if (error === null) return nothing;
    const code = codeOf(error);
    return html`
      <div class="problem" part="refusal" role="alert" data-testid="refusal" data-kind=${code}>
        <p>${wordsFor(error, words)}</p>
        ${
          code === 'ALREADY_IN_ROOM'
            ? html`<button class="primary wide" type="button" data-testid="take-over" @click=${() => this.#join(true)}>
                ${words.prejoin.joinHere}
              </button>`
            : nothing
        }
      </div>
    `;
  }

  #submit(event: Event): void {
    event.preventDefault();
    this.#join(false);
  }

  #join(takeOver: boolean): void {
    const { localMedia } = this;
    if (localMedia === null || this.state !== 'ready') return;
    this.emit('peerql-join', { localMedia, name: this.askName ? this.name.trim() : '', takeOver });
  }

  async #open(): Promise<void> {
    const { stream, problem } = await openDevices();
    if (!this.isConnected || this.localMedia !== null) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.localMedia = new LocalMedia(stream);
    this.problem = problem;
  }

  /** Tries again to open the devices that could not be opened. */
  async #openMissing(): Promise<void> {
    const media = this.localMedia;
    if (media === null) return;
    const { audio, video } = media.tracks;
    const opening = [
      ...(audio === null ? [media.setMicrophone(true)] : []),
      ...(video === null ? [media.setCamera(true)] : []),
    ];
    const [refused] = (await Promise.allSettled(opening)).filter(
      (one) => one.status === 'rejected',
    );
    this.problem = refused === undefined ? null : problemOf(refused.reason);
  }
}

function codeOf(error: unknown): string {
  return error instanceof PeerqlError ? error.code : 'UNKNOWN';
}

define('peerql-prejoin', PeerqlPrejoin);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-prejoin': PeerqlPrejoin;
  }
  interface GlobalEventHandlersEventMap {
    /** The user wants to join. */
    'peerql-join': CustomEvent<PrejoinChoice>;
    /** The user does not want to wait for the host any more. */
    'peerql-stop-waiting': CustomEvent<null>;
  }
}
