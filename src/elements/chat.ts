import type { CallMessage, CallSnapshot } from '@peerql/client';
import { InvalidInputError } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { CallElement } from './call-element.ts';
import { define } from './define.ts';
import { wordsFor } from './error-words.ts';
import { FileDrop } from './file-drop.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import './files.ts';
import type { PeerqlFiles } from './files.ts';
import { CLIP, icon, SEND } from './icons.ts';
import { chatStyles } from './styles/chat.ts';

/** How near to its end the list has to be to be kept there, in CSS pixels. */
const NEAR_END = 40;

/**
 * The chat of a call: the messages, and a field to write one to everybody or to one participant. Why a message was not
 * sent is said below the field, and its text goes back there. Files can be attached, or dropped on it.
 * @example
 * document.querySelector('peerql-chat').call = await client.joinRoom(roomId);
 */
export class PeerqlChat extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, chatStyles];
  static override properties: PropertyDeclarations = {
    to: { state: true },
    failure: { state: true },
  };

  /** The id of the participant to write to; empty for everybody. */
  declare protected to: string;
  declare protected failure: string;
  #atEnd = true;
  readonly #drop = new FileDrop(this, (files) => this.#files?.send(files));

  constructor() {
    super();
    this.to = '';
    this.failure = '';
  }

  /** Moves the keyboard to the field. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() => this.#field?.focus(options));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A list that was out of the document has lost its place.
    this.#atEnd = true;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const list = this.#list;
    if (list !== null && !this.#atEnd) {
      this.#atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - NEAR_END;
    }
    const participants = this.snapshot?.participants ?? [];
    if (!participants.some(({ id }) => id === this.to)) this.to = '';
  }

  protected override updated(): void {
    const list = this.#list;
    if (this.#atEnd) list?.scrollTo(0, list.scrollHeight);
    this.#atEnd = false;
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot } = this;
    if (snapshot === null) return nothing;
    const { messages, participants } = snapshot;
    const words = this.words.chat;
    const alone = participants.length === 0;
    return html`
      <p class="soft empty" part="empty" ?hidden=${messages.length > 0}>
        ${alone ? words.alone : words.empty}
      </p>
      <div
        class="messages"
        part="messages"
        data-testid="messages"
        role="log"
        aria-label=${words.messages}
        tabindex="0"
        ?hidden=${messages.length === 0}
      >
        ${guard([messages, words], () =>
          repeat(
            messages,
            ({ id }) => id,
            (message) => this.#line(message, snapshot),
          ),
        )}
      </div>
      <peerql-files class="files" part="files" .call=${this.call} .to=${this.to} .messages=${this.messages}></peerql-files>
      <form part="form" @submit=${this.#submit}>${this.#addressees(snapshot)}
        <div class="line">
          ${this.#attachButton(snapshot)}
          <input
            part="field"
            data-testid="message"
            aria-label=${words.message}
            placeholder=${words.write}
            autocomplete="off"
          />
          <button
            class="round primary"
            part="send"
            type="submit"
            data-testid="send-message"
            aria-label=${words.send}
          >
            ${icon(SEND)}
          </button>
        </div>
        <p class="form-error" part="error" role="alert" data-testid="message-error">${this.failure}</p>
      </form>
      <p class="drop" part="drop" ?hidden=${!this.#drop.isOver}>${this.words.files.drop}</p>
    `;
  }

  get #list(): HTMLElement | null {
    return this.renderRoot.querySelector('.messages');
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  get #files(): PeerqlFiles | null {
    return this.renderRoot.querySelector('peerql-files');
  }

  #attachButton({ participants }: CallSnapshot): TemplateResult {
    const { attach, attachToOne } = this.words.files;
    const only = participants.find(({ id }) => id === this.to);
    const label = only === undefined ? attach : attachToOne(only.user.name);
    return html`<button
      class="round quiet"
      part="attach"
      type="button"
      data-testid="attach-file"
      aria-label=${label}
      title=${label}
      ?disabled=${participants.length === 0}
      @click=${() => this.#files?.choose()}
    >
      ${icon(CLIP)}
    </button>`;
  }

  /** With nobody else in the call there is nobody to choose. */
  #addressees({ participants }: CallSnapshot): TemplateResult {
    const words = this.words.chat;
    const option = (value: string, label: string) =>
      html`<option value=${value} .selected=${live(value === this.to)}>${label}</option>`;
    return html`
      <select
        part="to"
        data-testid="message-to"
        aria-label=${words.to}
        ?hidden=${participants.length === 0}
        @change=${({ target }: Event) => {
          if (target instanceof HTMLSelectElement) this.to = target.value;
        }}
      >
        ${option('', words.toEverybody)}
        ${repeat(
          participants,
          ({ id }) => id,
          ({ id, user }) => option(id, words.toOne(user.name)),
        )}
      </select>
    `;
  }

  #line(message: CallMessage, { self }: CallSnapshot): TemplateResult {
    const words = this.words.chat;
    const own = message.user.id === self.user.id;
    const time = new Date(message.at).toLocaleTimeString(this.language, { timeStyle: 'short' });
    return html`
      <div
        class="message"
        part="message"
        data-testid="chat-message"
        data-private=${String(message.private)}
      >
        <p class="head">
          <bdi class="strong">${own ? words.you : message.user.name}</bdi>
          ${message.private ? html`<span class="tag">${words.privately}</span>` : nothing}
          <time datetime=${message.at}>${time}</time>
        </p>
        <p class="text" part="text" dir="auto">${message.text}</p>
      </div>
    `;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const { call } = this;
    const field = this.#field;
    const said = field?.value.trim() ?? '';
    if (call === null || field === null || said === '') return;
    this.failure = '';
    field.value = '';
    try {
      await call.sendMessage(said, this.to === '' ? null : this.to);
    } catch (cause) {
      // The send failed: the text goes back into the field.
      if (field.value === '') field.value = said;
      this.failure = this.#refusal(cause);
    }
  }

  /** How many bytes a message may have is for the server to say. */
  #refusal(cause: unknown): string {
    const issues = cause instanceof InvalidInputError ? cause.issues : [];
    const limit = issues.find(({ code }) => code === 'TOO_BIG')?.limit ?? null;
    return limit === null ? wordsFor(cause, this.words) : this.words.chat.tooLong(limit);
  }
}

define('peerql-chat', PeerqlChat);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-chat': PeerqlChat;
  }
}
