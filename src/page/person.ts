import type { User } from '../client/index.ts';
import { hue, initials } from '../elements/person.ts';
import { h } from './dom.ts';

/** A circle with somebody's initials, instead of a picture. */
export function avatar({ id, name }: Pick<User, 'id' | 'name'>, size = ''): HTMLElement {
  const element = h('span.avatar', { 'aria-hidden': 'true' }, initials(name));
  if (size !== '') element.classList.add(size);
  element.style.setProperty('--hue', String(hue(id)));
  return element;
}
