import type { Call, CallSnapshot, RoomClient, RoomEnd, User, VideoEffect } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { aboveVideos } from './call-above.ts';
import { aloneCard, outsideCard, outsideOf } from './call-card.ts';
import { CallElement } from './call-element.ts';
import { CallJoin } from './call-join.ts';
import { CallNotices } from './call-notices.ts';
import { CallPanel } from './call-panel.ts';
import { CallRequests } from './call-requests.ts';
import type { PanelName, PeerqlControls } from './controls.ts';
import { define } from './define.ts';
import type { DeviceProblem } from './devices.ts';
import { wordsFor } from './error-words.ts';
import { callStyles } from './styles/call.ts';
import './controls.ts';
import './stage.ts';

const CONTROLS_PARTS =
  'toggle, microphone, camera, screen, hand, chat, people, more, settings, leave, badge, menu, menu-item';
const STAGE_PARTS =
  'grid, screens, tile, tile-base, tile-video, tile-caption, tile-name, tile-avatar';

/**
 * A whole call: the videos, the controls, the chat and the people. It joins by itself once it knows the server (or a
 * client) and the room, or shows a `call` that is given. It leaves the call that it joined when it leaves the page.
 * @example
 * <peerql-call server="https://calls.example.com" room="…" token="…"></peerql-call>
 */
export class PeerqlCall extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, callStyles];
  static override properties: PropertyDeclarations = {
    server: {},
    room: {},
    token: {},
    name: {},
    link: {},
    buttons: {},
    shortcuts: { type: Boolean },
    pushToTalk: { type: Boolean, attribute: 'push-to-talk' },
    panel: {},
    client: { attribute: false },
    stream: { attribute: false },
    direct: { attribute: false },
    backgroundBlur: { attribute: false },
    failure: { state: true },
  };

  /** The address of the PeerQL server, absolute or relative to the page. Default: none. */
  declare server: string;
  /** The id of the room. Default: none. */
  declare room: string;
  /** A token of a session, or of an issuer that the server trusts. Default: none, which uses the session cookie. */
  declare token: string;
  /** A guest's name, instead of a token. Default: none. */
  declare name: string;
  /** The link to invite others by, shown to somebody who is alone. Default: none. */
  declare link: string;
  /** Which buttons to show; see `<peerql-controls>`. Default: all of them but `settings`. */
  declare buttons: string;
  /** Whether the buttons show single-key shortcuts, which the page listens for. Default: false. */
  declare shortcuts: boolean;
  /** Whether holding the space bar down unmutes for as long; see `<peerql-controls>`. Default: false. */
  declare pushToTalk: boolean;
  /** The open panel; null for none. Default: null. */
  declare panel: PanelName | null;
  /** A client, instead of one that is made for `server`. Default: null. */
  declare client: RoomClient | null;
  /** Microphone and camera to join with, which belong to the call then. Default: null, which opens them. */
  declare stream: MediaStream | null;
  /** In a call that rang: who called or was called. Default: null. */
  declare direct: User | null;
  /** An effect that hides the background, for which the menu has a switch then. Default: null. */
  declare backgroundBlur: VideoEffect | null;
  declare protected failure: string | null;

  readonly #panel = new CallPanel(this, (error) => this.#notices.add(wordsFor(error, this.words)));
  readonly #join = new CallJoin(this, {
    joined: (call, problem) => this.#joined(call, problem),
    failed: (error) => this.#failed(error),
  });
  readonly #notices = new CallNotices(this, {
    words: () => this.words,
    chatIsOpen: () => this.panel === 'chat',
    offer: (message) => this.emit('peerql-notice', { message }),
  });
  readonly #requests = new CallRequests(this, {
    words: () => this.words,
    language: () => this.language,
    tell: (message) => this.#notices.add(message),
    show: (panel) => this.#panel.open(panel),
  });
  #seen = 0;
  /** Whether the user no longer wants to wait for the host. */
  #stopped = false;
  #wasRemoved = false;
  #stopEnd: (() => void) | null = null;

  constructor() {
    super();
    this.server = '';
    this.room = '';
    this.token = '';
    this.name = '';
    this.link = '';
    this.buttons = '';
    this.shortcuts = false;
    this.pushToTalk = false;
    this.panel = null;
    this.client = null;
    this.stream = null;
    this.direct = null;
    this.backgroundBlur = null;
    this.failure = null;
  }

  /** The buttons; null while there is no call. */
  get controls(): PeerqlControls | null {
    return this.renderRoot.querySelector('peerql-controls');
  }

  /** Opens a panel, or closes it if it is open. */
  togglePanel(name: PanelName): void {
    if (this.panel === name) this.#panel.close();
    else this.#panel.open(name);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    this.#watch(this.call);
    // Somebody took it out of the page, which left the call, and puts it back.
    if (this.#wasRemoved) this.#start();
    this.#wasRemoved = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch(null);
    // An element that is only moved is back by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      if (this.call === this.#join.call) this.call = null;
      this.#join.stop();
      this.#wasRemoved = true;
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room') || changed.has('server') || changed.has('client')) this.#start();
    super.willUpdate(changed);
    if (changed.has('call')) this.#watch(this.call);
    const total = this.snapshot?.messages.length ?? 0;
    // Fewer than before means that there is a new stay.
    this.#seen = this.panel === 'chat' ? total : Math.min(this.#seen, total);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    // The first value is no change.
    if (!changed.has('panel') || changed.get('panel') === undefined) return;
    this.#panel.changed();
    this.emit('peerql-panel-change', { panel: this.panel });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot, words, failure, call } = this;
    if (call !== null && snapshot !== null) return this.#inside(call, snapshot);
    const { waiting, isUnderWay } = this.#join;
    const outside = outsideOf({
      stopped: this.#stopped,
      failure,
      waiting,
      isUnderWay,
      end: call?.snapshot.end ?? null,
      isOwn: call === this.#join.call,
      again: () => this.#start(),
      stop: () => this.#stopWaiting(),
    });
    return outside === null ? nothing : outsideCard(outside, words);
  }

  #inside(call: Call, snapshot: CallSnapshot): TemplateResult {
    const { words, messages, direct, panel } = this;
    const client = this.client ?? this.#join.client;
    return html`
      <div class="call" part="base">
        <slot name="header">${this.#header(snapshot)}</slot>
        <div class="middle" part="middle">
          <peerql-stage part="stage" exportparts=${STAGE_PARTS} .call=${call} .messages=${messages}>
            <slot name="empty" slot="empty">
              ${aloneCard(words, this.link, direct?.name ?? null, (link) => void this.#copy(link))}
            </slot>
          </peerql-stage>
          ${this.#panel.render(words, { call, client, messages })}
          ${this.#requests.render(snapshot, panel)}
          ${aboveVideos(call, snapshot, this.#notices.shown, words)}
        </div>
        ${this.#controls(snapshot)}
      </div>
    `;
  }

  #header({ room, participants }: CallSnapshot): TemplateResult {
    const { words, direct } = this;
    const count = participants.length + 1;
    return html`<div class="bar" part="header">
      <h2 part="title" dir="auto">${room.name ?? direct?.name ?? words.call.untitled}</h2>
      <span class="tag" part="count" title=${words.call.peopleCount(count)}>${count}</span>
    </div>`;
  }

  #controls({ messages }: CallSnapshot): TemplateResult {
    type Events = HTMLElementEventMap;
    return html`<peerql-controls
      part="controls"
      exportparts=${CONTROLS_PARTS}
      .call=${this.call}
      .messages=${this.messages}
      .panel=${this.panel}
      .unread=${messages.length - this.#seen}
      .backgroundBlur=${this.backgroundBlur}
      ?shortcuts=${this.shortcuts}
      ?push-to-talk=${this.pushToTalk}
      buttons=${this.buttons || nothing}
      @peerql-panel=${({ detail }: Events['peerql-panel']) => this.togglePanel(detail.panel)}
      @peerql-error=${({ detail }: Events['peerql-error']) => this.#notices.add(detail.message)}
    ></peerql-controls>`;
  }

  /** Joins, if it is known where. */
  #start(): void {
    const { client, server, room, token, name, stream } = this;
    if (this.#join.call !== null && this.#join.call === this.call) this.call = null;
    this.#join.stop();
    this.failure = null;
    this.#stopped = false;
    if (room === '' || (client === null && server === '') || this.call !== null) return;
    void this.#join.start({ client, server, room, token, name, stream });
  }

  #stopWaiting(): void {
    this.#stopped = true;
    this.#join.stop();
  }

  #joined(call: Call, problem: DeviceProblem | null): void {
    this.call = call;
    this.emit('peerql-joined', { call });
    if (problem !== null) this.#notices.add(this.words.devices.problems[problem].title);
  }

  #failed(error: unknown): void {
    const message = wordsFor(error, this.words);
    this.failure = message;
    this.emit('peerql-error', { error, message });
  }

  #watch(call: Call | null): void {
    this.#stopEnd?.();
    this.#notices.watch(call, this.direct?.id ?? null);
    this.#requests.watch(call);
    this.#stopEnd = call?.on('end', (end) => this.emit('peerql-left', { end })) ?? null;
  }

  /** If the clipboard is blocked, shows the link to copy by hand. */
  async #copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.#notices.add(this.words.link.copied);
    } catch {
      window.prompt(this.words.link.byHand, link);
    }
  }
}

define('peerql-call', PeerqlCall);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-call': PeerqlCall;
  }
  interface GlobalEventHandlersEventMap {
    /** The element has joined the call. */
    'peerql-joined': CustomEvent<{ readonly call: Call }>;
    /** The call has ended. */
    'peerql-left': CustomEvent<{ readonly end: RoomEnd }>;
    /** A panel was opened or closed. */
    'peerql-panel-change': CustomEvent<{ readonly panel: PanelName | null }>;
    /** Something short to tell the user. Prevent it to show it in a place of the page's own. */
    'peerql-notice': CustomEvent<{ readonly message: string }>;
  }
}
