import type { User } from '../client/index.ts';
import { h } from './dom.ts';
import { texts } from './messages/language.ts';

/** The initials that are shown for somebody without a picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** The same colour for the same person, everywhere. */
export function hue(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return sum;
}

/** A circle with somebody's initials, instead of a picture. */
export function avatar({ id, name }: Pick<User, 'id' | 'name'>, size = ''): HTMLElement {
  const element = h('span.avatar', { 'aria-hidden': 'true' }, initials(name));
  if (size !== '') element.classList.add(size);
  element.style.setProperty('--hue', String(hue(id)));
  return element;
}

/** Marks somebody without an account. */
export function guestTag(): HTMLElement {
  return h(
    'span.tag',
    { 'data-testid': 'guest', title: texts.common.guestTitle },
    texts.common.guest,
  );
}

/** Marks somebody whose name looks like that of somebody who joined earlier. */
export function lookAlikeTag(): HTMLElement {
  const { lookAlike, lookAlikeTitle } = texts.common;
  return h('span.tag', { 'data-testid': 'look-alike', title: lookAlikeTitle }, lookAlike);
}
