import { type ElementMessages, english } from './english.ts';

const languages = new Map<string, ElementMessages>([['en', english]]);

/**
 * Adds a language, or replaces its messages.
 *
 * @param language a primary subtag (RFC 5646), such as `de`
 */
export function registerMessages(language: string, messages: ElementMessages): void {
  languages.set(language.toLowerCase(), messages);
  for (const listener of listeners) listener();
}

/** The messages for a language tag; the English ones if there are none for it. */
export function messagesFor(tag: string): ElementMessages {
  return languages.get(primary(tag)) ?? english;
}

/**
 * The language of an element: `lang` of the nearest ancestor that has one, also outside of its shadow tree; otherwise
 * the first language that the browser prefers.
 */
export function languageOf(element: Element): string {
  for (let at: Element | null = element; at !== null; ) {
    const holder: Element | null = at.closest('[lang]');
    const tag = holder?.getAttribute('lang') ?? '';
    if (tag !== '') return tag;
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return navigator.language;
}

const listeners = new Set<() => void>();
let observer: MutationObserver | null = null;

/** Calls `listener` when a language is added, or when the language of the page changes; returns a function that stops it. */
export function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  if (observer === null) {
    observer = new MutationObserver(() => {
      for (const each of listeners) each();
    });
    observer.observe(document.documentElement, { attributeFilter: ['lang'] });
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = null;
  };
}

function primary(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0] ?? '';
}
