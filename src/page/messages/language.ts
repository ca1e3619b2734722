import { english, type Messages } from './english.ts';
import { german } from './german.ts';

/** By the primary subtag of the language (RFC 5646). To add a language, add an entry here. */
const LANGUAGES: Readonly<Record<string, Messages>> = { en: english, de: german };

/** The first language that the browser prefers and the page has; otherwise English. */
export function chooseLanguage(wanted: readonly string[]): string {
  const primary = wanted.map((tag) => tag.toLowerCase().split('-', 1)[0] ?? '');
  return primary.find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? 'en';
}

/** The language of the page, as a tag for `lang`. */
export const language = chooseLanguage(navigator.languages);

/** Every text of the page, in its language. */
export const texts: Messages = LANGUAGES[language] ?? english;
