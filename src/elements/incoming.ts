import type {
  Call,
  CallMedia,
  Client,
  IncomingCall,
  IncomingSnapshot,
  LocalMedia,
} from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { define } from './define.ts';
import { type DeviceProblem, devicesFor } from './devices.ts';
import { PeerqlElement } from './element.ts';
import { BELL_OFF, CAMERA, type Icon, icon, LEAVE, PHONE } from './icons.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import { otherCalls } from './other-calls.ts';
import { initials } from './person.ts';
import { StoreController } from './store-controller.ts';
import { dialogStyles } from './styles/dialog.ts';
import { incomingStyles } from './styles/incoming.ts';
import { tinted } from './tinted.ts';
import { KNOCK, RING, tone } from './tone.ts';

/** An incoming call that the user has answered, and the call that it has become. */
export interface AnsweredCall {
  readonly incoming: IncomingCall;
  readonly call: Call;
}

/**
 * Rings when somebody calls: a dialog over the page, and a sound, from the first connection of the element to its end.
 * As long as it has a client and is in the document, that client is a device of its user, who is shown as online. Put
 * one into the page, outside of what changes.
 * @example
 * incoming.client = client;
 * incoming.addEventListener('peerql-answered', ({ detail }) => show(detail.call));
 */
export class PeerqlIncoming extends PeerqlElement {
  static override styles: CSSResultGroup = [PeerqlElement.styles, dialogStyles, incomingStyles];
  static override properties: PropertyDeclarations = {
    client: { attribute: false },
    inCall: { type: Boolean, attribute: 'in-call' },
    answering: { state: true },
    silent: { state: true },
  };

  /** Whose calls ring here. Set it once somebody is signed in. Default: null, which lets nothing ring. */
  declare client: Pick<Client, 'incoming'> | null;
  /** Whether the user is in a call: then it only knocks, and says that accepting ends that call. Default: false. */
  declare inCall: boolean;
  /** The ids of the calls whose answers are under way. */
  declare protected answering: ReadonlySet<string>;
  /** The ids of the calls that the user has silenced or answered. */
  declare protected silent: ReadonlySet<string>;
  readonly #store = new StoreController<IncomingSnapshot>(this);
  readonly #sounds = { ring: tone(RING), knock: tone(KNOCK) };
  #shown: IncomingCall | null = null;
  #leaves = false;

  constructor() {
    super();
    this.client = null;
    this.inCall = false;
    this.answering = new Set();
    this.silent = new Set();
  }

  /**
   * Answers a call as the buttons do, for example one that was accepted in a notification. The devices are opened first;
   * without them the user just watches and listens.
   */
  async accept(incoming: IncomingCall, media: CallMedia = incoming.media): Promise<void> {
    const { client } = this;
    if (client === null || this.answering.has(incoming.id)) return;
    this.#answer(incoming);
    const stop = client.incoming.on('ended', ({ call: { id }, reason }) => {
      if (id === incoming.id && reason === 'ANSWERED_HERE') {
        this.emit('peerql-answering', { incoming });
      }
    });
    let localMedia: LocalMedia | null = null;
    try {
      localMedia = await devicesFor(media, (problem) =>
        this.emit('peerql-device-problem', { problem }),
      );
      const call = await incoming.accept({ localMedia });
      this.emit('peerql-answered', { incoming, call });
    } catch (error) {
      localMedia?.stop();
      this.emit('peerql-answer-failed', { incoming, error });
    } finally {
      stop();
      this.#settled(incoming);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const sound of Object.values(this.#sounds)) sound.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('client')) this.#store.follow(this.client?.incoming ?? null);
    const [first = null] = this.#calls;
    if (first !== null && first.id !== this.#shown?.id) {
      this.#leaves = this.inCall || first.waiting;
    } else if (first !== null && changed.has('inCall') && !this.answering.has(first.id)) {
      // Meanwhile the user has answered another call, or has left it.
      this.#leaves = this.inCall;
    }
    this.#shown = first;
  }

  /** Those that ring, the first one first. */
  get #calls(): readonly IncomingCall[] {
    return this.#store.snapshot?.calls ?? [];
  }

  protected override updated(): void {
    this.#sound();
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog === null || dialog.open === (this.#shown !== null)) return;
    if (this.#shown === null) dialog.close();
    else this.#open(dialog);
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override render(): TemplateResult {
    const call = this.#shown;
    // Escape silences. It does not decline: one key too many is soon pressed.
    return html`
      <dialog
        part="dialog"
        role="alertdialog"
        data-testid="incoming"
        aria-labelledby="incoming-title"
        aria-describedby="incoming-what"
        @cancel=${(event: Event) => {
          event.preventDefault();
          this.#silence();
        }}
        @close=${() => this.requestUpdate()}
      >
        ${call === null ? nothing : this.#ringing(call)}
      </dialog>
    `;
  }

  #ringing(call: IncomingCall): TemplateResult {
    const { caller } = call;
    const words = this.words.incoming;
    const busy = this.answering.has(call.id);
    const button = (testId: string, label: string, lines: Icon, press: () => void) => html`
      <button
        class=${testId === 'decline' ? 'danger' : 'primary'}
        part=${testId}
        type="button"
        data-testid=${testId}
        ?disabled=${busy}
        @click=${press}
      >
        ${icon(lines)}${label}
      </button>
    `;
    const accept = (media: CallMedia) => () => void this.accept(call, media);
    const video = button('accept-video', words.acceptVideo, CAMERA, accept('VIDEO'));
    const audio = button('accept-audio', words.acceptAudio, PHONE, accept('AUDIO'));
    // The title is focused, not a button: whoever is typing when it rings must not answer with the next key.
    return html`
      <div class="box" part="box">
        <button
          class="round quiet"
          part="silence"
          type="button"
          data-testid="silence"
          aria-label=${words.silence}
          title=${words.silence}
          ?disabled=${this.#isSilent()}
          @click=${() => this.#silence()}
        >
          ${icon(BELL_OFF)}
        </button>
        <div class="picture">
          <span class="avatar" part="avatar" aria-hidden="true" ${tinted(caller.id)}>${initials(caller.name)}</span>
        </div>
        <h2 id="incoming-title" part="title" tabindex="-1" autofocus dir="auto">${words.calls(caller.name)}</h2>
        <p id="incoming-what" part="description">${busy ? words.connecting : this.#description(call)}</p>
        <div class="answers">
          ${call.media === 'AUDIO' ? [audio, video] : [video, audio]}
          ${button('decline', words.decline, LEAVE, () => void this.#decline(call))}
        </div>
        ${otherCalls({
          calls: this.#calls.filter(({ id }) => id !== call.id),
          words,
          busy: ({ id }) => this.answering.has(id),
          accept: (other) => void this.accept(other),
          decline: (other) => void this.#decline(other),
        })}
      </div>
    `;
  }

  #description({ media, legs }: IncomingCall): string {
    const words = this.words.incoming;
    const others = legs.length - 1;
    return [
      media === 'VIDEO' ? words.video : words.audio,
      ...(others > 0 ? [words.group(others)] : []),
      ...(this.#leaves ? [words.leaves] : []),
    ].join(' · ');
  }

  #open(dialog: HTMLDialogElement): void {
    dialog.showModal();
    dialog.querySelector('h2')?.focus();
  }

  /** Sounds while a call rings that the user has not silenced. */
  #sound(): void {
    const loud = this.isConnected && !this.#isSilent();
    const sounding = loud ? (this.inCall ? 'knock' : 'ring') : null;
    for (const name of ['ring', 'knock'] as const) {
      if (name === sounding) this.#sounds[name].start();
      else this.#sounds[name].stop();
    }
  }

  /** Whether the user has silenced or answered everything that rings. */
  #isSilent(): boolean {
    return this.#calls.every(({ id }) => this.silent.has(id));
  }

  #silence(): void {
    this.silent = new Set([...this.silent, ...this.#calls.map(({ id }) => id)]);
  }

  async #decline(incoming: IncomingCall): Promise<void> {
    this.#answer(incoming);
    this.emit('peerql-declined', { incoming });
    try {
      await incoming.decline();
    } catch {
      // It rings no more, or it goes on ringing and can be declined again.
    } finally {
      this.#settled(incoming);
    }
  }

  #answer({ id }: IncomingCall): void {
    this.silent = new Set([...this.silent, id]);
    this.answering = new Set([...this.answering, id]);
  }

  #settled({ id }: IncomingCall): void {
    this.answering = new Set([...this.answering].filter((other) => other !== id));
  }
}

define('peerql-incoming', PeerqlIncoming);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-incoming': PeerqlIncoming;
  }
  interface GlobalEventHandlersEventMap {
    /** The user has answered, and no other device rings any more; the room of the call is entered. */
    'peerql-answering': CustomEvent<{ readonly incoming: IncomingCall }>;
    'peerql-answered': CustomEvent<AnsweredCall>;
    'peerql-answer-failed': CustomEvent<{
      readonly incoming: IncomingCall;
      readonly error: unknown;
    }>;
    'peerql-declined': CustomEvent<{ readonly incoming: IncomingCall }>;
    'peerql-device-problem': CustomEvent<{ readonly problem: DeviceProblem }>;
  }
}
