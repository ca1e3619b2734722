import type { User } from '../client/index.ts';
import { hue, initials } from '../elements/person.ts';
import { h } from './dom.ts';
import { texts } from './messages/language.ts';

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
