import type { ElementMessages } from './english.ts';
import { type LaterMessages, laterEnglish } from './later-english.ts';

/** Every text of one language. */
export type AllMessages = ElementMessages & LaterMessages;

const known = new WeakMap<ElementMessages, AllMessages>();

/** The texts of a language, those that it leaves out in English; the same object each time. */
export function allWords(words: ElementMessages): AllMessages {
  const all = known.get(words) ?? { ...laterEnglish, ...words };
  known.set(words, all);
  return all;
}
