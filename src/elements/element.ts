import { type CSSResultGroup, LitElement, type PropertyDeclarations } from 'lit';
import type { ElementMessages } from './messages/english.ts';
import { languageOf, messagesFor, onLanguageChange } from './messages/registry.ts';
import { parts } from './styles/parts.ts';
import { tokens } from './styles/tokens.ts';

type PeerqlEventName = keyof HTMLElementEventMap & `peerql-${string}`;
type DetailOf<Name extends PeerqlEventName> =
  HTMLElementEventMap[Name] extends CustomEvent<infer Detail> ? Detail : never;

/** What all elements have in common: the theme's tokens, and their texts in the language of the page. */
export abstract class PeerqlElement extends LitElement {
  static override properties: PropertyDeclarations = { messages: { attribute: false } };
  static override styles: CSSResultGroup = [tokens, parts];

  /** Texts instead of those of the page's language. Default: null. */
  declare messages: ElementMessages | null;
  #stopListening: (() => void) | null = null;

  constructor() {
    super();
    this.messages = null;
  }

  /** The texts to show. */
  protected get words(): ElementMessages {
    return this.messages ?? messagesFor(this.language);
  }

  /** The language of the element, as a tag for dates and numbers. */
  protected get language(): string {
    return languageOf(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopListening = onLanguageChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening?.();
    this.#stopListening = null;
  }

  /** Dispatches an event that leaves the shadow tree. Returns false if a listener prevented its default action. */
  protected emit<Name extends PeerqlEventName>(name: Name, detail: DetailOf<Name>): boolean {
    const init = { bubbles: true, composed: true, cancelable: true };
    return this.dispatchEvent(new CustomEvent(name, { ...init, detail }));
  }
}
