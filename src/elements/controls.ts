import { PeerqlError, type VideoEffect } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit';
import { CallElement } from './call-element.ts';
import { define } from './define.ts';
import { problemOf } from './devices.ts';
import { wordsFor } from './error-words.ts';
import { CHAT, type Icon, icon, LEAVE, PEOPLE, SETTINGS } from './icons.ts';
import { MoreMenu } from './more-menu.ts';
import { controlsStyles } from './styles/controls.ts';
import { toggleButton } from './toggle.ts';

/** The panels that the controls open. */
export type PanelName = 'chat' | 'people';

type Switch = 'microphone' | 'camera' | 'screen' | 'hand';

const SWITCHES: Readonly<Record<Switch, string>> = {
  microphone: 'M',
  camera: 'V',
  screen: 'S',
  hand: 'H',
};
const ALL = 'microphone camera screen hand chat people more leave';

/**
 * The buttons of a call: microphone, camera, shared screen, hand, the panels, a menu with what is needed more seldom, and
 * the end of the call.
 * @example
 * controls.call = await client.joinRoom(roomId);
 * controls.addEventListener('peerql-panel', ({ detail: { panel } }) => toggle(panel));
 */
export class PeerqlControls extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, controlsStyles];
  static override properties: PropertyDeclarations = {
    buttons: {},
    panel: {},
    unread: { type: Number },
    shortcuts: { type: Boolean },
    pushToTalk: { type: Boolean, attribute: 'push-to-talk' },
    backgroundBlur: { attribute: false },
  };

  /** Which buttons to show, separated by spaces. Default: all but `settings`. */
  declare buttons: string;
  /** The panel that is open; null when none is. Default: null. */
  declare panel: PanelName | null;
  /** How many chat messages have not been seen. Default: 0. */
  declare unread: number;
  /** Whether to show the keys of single-key shortcuts, which the page listens for. Default: false. */
  declare shortcuts: boolean;
  /**
   * Whether a muted user talks while holding the space bar down anywhere in the page, unless what has the keyboard takes that
   * key. Default: false.
   */
  declare pushToTalk: boolean;
  /** An effect that hides the background, for which the menu has a switch then. Default: null. */
  declare backgroundBlur: VideoEffect | null;
  #listens = false;
  readonly #more = new MoreMenu(this, (error) =>
    this.emit('peerql-error', { error, message: wordsFor(error, this.words) }),
  );

  constructor() {
    super();
    this.buttons = ALL;
    this.panel = null;
    this.unread = 0;
    this.shortcuts = false;
    this.pushToTalk = false;
    this.backgroundBlur = null;
  }

  /** Mutes the microphone, or opens it. */
  toggleMicrophone(): void {
    this.#attempt('microphone');
  }

  /** Switches the camera on or off. */
  toggleCamera(): void {
    this.#attempt('camera');
  }

  /** Shares the screen, or stops that. */
  toggleScreen(): void {
    this.#attempt('screen');
  }

  /** Raises the hand, or lowers it. */
  toggleHand(): void {
    this.#attempt('hand');
  }

  /** Leaves the call, unless a listener of `peerql-leave` prevents it. */
  leave(): void {
    if (this.emit('peerql-leave', null)) this.call?.leave();
  }

  protected override updated(): void {
    if (!this.pushToTalk || this.#listens) return;
    this.#listens = true;
    void this.#listen();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot, words } = this;
    if (snapshot === null) return nothing;
    const { media, handRaised } = snapshot.self;
    const shown = new Set(this.buttons.split(/\s+/));
    const on = {
      microphone: media.audio,
      camera: media.video,
      screen: media.screen,
      hand: handRaised,
    };
    if (navigator.mediaDevices?.getDisplayMedia === undefined) shown.delete('screen');
    const switches = (Object.keys(SWITCHES) as Switch[])
      .filter((kind) => shown.has(kind))
      .map((kind) =>
        toggleButton(
          kind,
          on[kind],
          words,
          () => this.#attempt(kind),
          (label) => {
            const title = this.#title(label, SWITCHES[kind]);
            const holds = kind === 'microphone' && !on[kind] && this.pushToTalk;
            return holds ? words.toggles.orHold(title) : title;
          },
        ),
      );
    const { call } = words;
    return html`
      <div class=${shown.size > 6 ? 'dock many' : 'dock'} part="base" role="group" aria-label=${call.controls}>
        ${switches}
        ${shown.has('chat') ? this.#panelButton('chat', CHAT) : nothing}
        ${shown.has('people') ? this.#panelButton('people', PEOPLE) : nothing}
        ${shown.has('more') ? this.#more.render(words) : nothing}
        ${
          shown.has('settings')
            ? html`<button class="round toggle" part="settings" type="button" data-testid="open-settings"
                aria-label=${call.settings} title=${this.#title(call.settings, 'O')}
                @click=${() => this.emit('peerql-settings', null)}>${icon(SETTINGS)}</button>`
            : nothing
        }
        ${
          shown.has('leave')
            ? html`<button class="round danger" part="leave" type="button" data-testid="leave"
                aria-label=${call.leave} title=${call.leave} @click=${() => this.leave()}>${icon(LEAVE)}</button>`
            : nothing
        }
      </div>
    `;
  }

  /** Loads what listens to the space bar. */
  async #listen(): Promise<void> {
    try {
      const { PushToTalk } = await import('./push-to-talk.ts');
      new PushToTalk(this, {
        isMuted: () => this.pushToTalk && this.snapshot?.self.media.audio === false,
        talk: (on) => this.#run('microphone', () => this.call?.setMicrophone(on)),
      });
    } catch {
      // The next change is another try.
      this.#listens = false;
    }
  }

  #panelButton(panel: PanelName, lines: Icon): TemplateResult {
    const { call } = this.words;
    const unread = panel === 'chat' ? this.unread : 0;
    return html`<button
      class="round toggle"
      part=${panel}
      type="button"
      data-testid=${`open-${panel}`}
      aria-label=${unread === 0 ? call[panel] : call.chatUnread(unread)}
      aria-expanded=${String(this.panel === panel)}
      title=${this.#title(call[panel], panel === 'chat' ? 'C' : 'P')}
      @click=${() => this.emit('peerql-panel', { panel })}
    >
      ${icon(lines)}
      ${
        unread === 0
          ? nothing
          : html`<span class="badge" part="badge" data-testid="unread">${unread > 9 ? '9+' : unread}</span>`
      }
    </button>`;
  }

  #title(label: string, key: string): string {
    return this.shortcuts ? `${label} (${key})` : label;
  }

  #attempt(kind: Switch): void {
    const { call, snapshot } = this;
    if (call === null || snapshot === null) return;
    const { media, handRaised } = snapshot.self;
    const command: Readonly<Record<Switch, () => Promise<unknown>>> = {
      microphone: () => call.setMicrophone(!media.audio),
      camera: () => call.setCamera(!media.video),
      screen: async () => (media.screen ? call.stopScreen() : call.shareScreen()),
      hand: () => call.raiseHand(!handRaised),
    };
    this.#run(kind, command[kind]);
  }

  #run(kind: Switch, command: () => Promise<unknown> | undefined): void {
    command()?.catch((error: unknown) => {
      // The user left while this was under way, and needs no message.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      this.emit('peerql-error', { error, message: this.#message(kind, error) });
    });
  }

  #message(kind: Switch, error: unknown): string {
    const { words } = this;
    if (kind === 'hand') return wordsFor(error, words);
    if (kind !== 'screen') return words.devices.problems[problemOf(error)].title;
    // Cancelling the browser's dialog also shows this message, because a refusal by the system looks the same.
    const denied = error instanceof DOMException && error.name === 'NotAllowedError';
    return denied ? words.devices.screenDenied : words.devices.noScreen;
  }
}

define('peerql-controls', PeerqlControls);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-controls': PeerqlControls;
  }
  interface GlobalEventHandlersEventMap {
    /** The user wants to open or close a panel. */
    'peerql-panel': CustomEvent<{ readonly panel: PanelName }>;
    /** The user wants to see the settings. */
    'peerql-settings': CustomEvent<null>;
    /** The user wants to leave. Prevent it to ask first. */
    'peerql-leave': CustomEvent<null>;
    /** Something failed; `message` says so in the language of the page. */
    'peerql-error': CustomEvent<{ readonly error: unknown; readonly message: string }>;
  }
}
