import { allWords } from './messages/all-words.ts';
import { english as first } from './messages/english.ts';

export type { ElementMessages } from './messages/english.ts';
export { registerMessages } from './messages/registry.ts';

/** Every text of the elements in English. Another language is an object of the same shape. */
export const english = allWords(first);
