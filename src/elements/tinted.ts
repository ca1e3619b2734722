import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { hue } from './person.ts';

/** A style attribute would need `unsafe-inline` in the page's Content-Security-Policy; a property set by script does not. */
class Tinted extends Directive {
  render(_id: string): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [id]: [string]): typeof noChange {
    (element as HTMLElement).style.setProperty('--_hue', String(hue(id)));
    return noChange;
  }
}

/** Gives an avatar the colour of a person: `<span class="avatar" ${tinted(user.id)}>`. */
export const tinted = directive(Tinted);
