import type { Call, VideoEffect } from '@peerql/client';
import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { icon, MORE } from './icons.ts';
import type { ElementMessages } from './messages/english.ts';

interface Host extends LitElement {
  readonly call: Call | null;
  readonly backgroundBlur: VideoEffect | null;
  readonly messages: ElementMessages | null;
}

/** The button for what is needed more seldom, and its menu, which is loaded when it is first opened. */
export class MoreMenu implements ReactiveController {
  readonly #host: Host;
  readonly #failed: (error: unknown) => void;
  #isLoaded = false;
  #isOpen = false;

  /** @param failed called when the menu cannot be loaded */
  constructor(host: Host, failed: (error: unknown) => void) {
    this.#host = host;
    this.#failed = failed;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('click', this.#clicked, true);
  }

  hostDisconnected(): void {
    document.removeEventListener('click', this.#clicked, true);
    this.#isOpen = false;
  }

  render({ call: { more } }: ElementMessages): TemplateResult {
    const { call, backgroundBlur, messages } = this.#host;
    return html`<div class="more" @keydown=${(event: KeyboardEvent) => this.#key(event)}>
      <button class="round toggle" part="more" type="button" data-testid="open-more" aria-label=${more} title=${more}
        aria-expanded=${String(this.#isOpen)} @click=${() => this.#set(!this.#isOpen)}>${icon(MORE)}</button>
      ${
        this.#isLoaded
          ? html`<peerql-menu exportparts="menu, menu-item" .call=${call} .backgroundBlur=${backgroundBlur}
              .messages=${messages} .open=${this.#isOpen} .close=${() => this.#set(false)}></peerql-menu>`
          : nothing
      }
    </div>`;
  }

  #set(open: boolean): void {
    this.#isOpen = open;
    this.#host.requestUpdate();
    if (!open || this.#isLoaded) return;
    import('./menu.ts').then(
      () => {
        this.#isLoaded = true;
        this.#host.requestUpdate();
      },
      (error: unknown) => {
        this.#set(false);
        this.#failed(error);
      },
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#isOpen) return;
    this.#set(false);
    this.#host.renderRoot.querySelector<HTMLElement>('.more > button')?.focus();
  }

  readonly #clicked = (event: Event): void => {
    const own = this.#host.renderRoot.querySelector('.more');
    const isInside = own !== null && event.composedPath().includes(own);
    if (this.#isOpen && !isInside) this.#set(false);
  };
}
