import type { Call, RoomClient } from '@peerql/client';
import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { PanelName } from './controls.ts';
import { CLOSE, icon } from './icons.ts';
import type { ElementMessages } from './messages/english.ts';

/** They are loaded when they are opened. */
const LOADING = {
  chat: () => import('./chat.ts'),
  people: () => import('./people.ts'),
} as const;

interface Host extends LitElement {
  panel: PanelName | null;
}

/** The place beside the videos for one panel at a time, and where the keyboard is when one opens or closes. */
export class CallPanel {
  readonly #host: Host;
  readonly #failed: (error: unknown) => void;
  /** They keep what is written in them, also while they are not shown. */
  readonly #chat = document.createElement('peerql-chat');
  readonly #people = document.createElement('peerql-people');
  #opener: Element | null = null;
  #hadFocus = false;

  /** @param failed called when a panel cannot be loaded */
  constructor(host: Host, failed: (error: unknown) => void) {
    this.#host = host;
    this.#failed = failed;
  }

  open(name: PanelName): void {
    this.#opener = activeElement();
    this.#host.panel = name;
  }

  close(): void {
    const { renderRoot } = this.#host;
    const focused = renderRoot instanceof ShadowRoot ? renderRoot.activeElement : null;
    this.#hadFocus = focused?.closest('.panel') != null;
    this.#host.panel = null;
  }

  /** Called after a panel was opened or closed. */
  changed(): void {
    const { panel } = this.#host;
    if (panel !== null) {
      this.#heading?.focus({ preventScroll: true });
      LOADING[panel]().then(
        () => {
          if (panel === 'chat' && this.#host.panel === panel) this.#chat.focus();
        },
        (error: unknown) => {
          if (this.#host.panel === panel) this.close();
          this.#failed(error);
        },
      );
    }
    // Returns the focus to where it came from, unless it is elsewhere already.
    else if (this.#hadFocus && this.#opener instanceof HTMLElement) this.#opener.focus();
    this.#hadFocus = false;
  }

  render(
    words: ElementMessages,
    given: { call: Call | null; client: RoomClient | null; messages: ElementMessages | null },
  ): TemplateResult | typeof nothing {
    const { panel } = this.#host;
    Object.assign(this.#chat, { call: given.call, messages: given.messages });
    Object.assign(this.#people, given);
    if (panel === null) return nothing;
    const onKey = (event: KeyboardEvent) => {
      // Escape in a dialog of the panel closes the dialog alone.
      const inDialog = event.composedPath().some((at) => at instanceof HTMLDialogElement);
      if (event.key === 'Escape' && !inDialog) this.close();
    };
    return html`
      <aside class="panel" part="panel" aria-label=${words.call.sidePanel} data-testid="panel" data-panel=${panel} @keydown=${onKey}>
        <header part="panel-header">
          <h2 tabindex="-1">${panel === 'chat' ? words.chat.title : words.call.people}</h2>
          <button class="round quiet" type="button" data-testid="close-panel" aria-label=${words.call.closePanel} @click=${() => this.close()}>
            ${icon(CLOSE)}
          </button>
        </header>
        ${panel === 'chat' ? this.#chat : this.#people}
      </aside>
    `;
  }

  get #heading(): HTMLElement | null {
    return this.#host.renderRoot.querySelector('.panel h2');
  }
}

/** The element with the keyboard focus, also in shadow trees. */
function activeElement(): Element | null {
  let active = document.activeElement;
  for (let inner = active; inner !== null; inner = inner.shadowRoot?.activeElement ?? null) {
    active = inner;
  }
  return active;
}
