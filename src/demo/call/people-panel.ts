import type { CallSnapshot } from '../../client/index.ts';
import { h, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { hue, initials } from '../person.ts';
import type { Panel } from '../side-panel.ts';

/** Everybody in the call, as a list. */
export interface PeoplePanel extends Panel {
  draw(snapshot: CallSnapshot): void;
}

interface Row {
  readonly element: HTMLElement;
  update(person: Person): void;
}

type Person = Pick<CallSnapshot['self'], 'id' | 'user' | 'role' | 'media'>;

export function peoplePanel(): PeoplePanel {
  const rows = new Map<string, Row>();
  const list = h('ul.people', { 'data-testid': 'people' });
  return {
    name: 'people',
    title: 'People',
    content: h('div.panel-people', {}, list),
    focus: null,
    shown: () => {},
    draw({ self, participants }) {
      const people = [self, ...participants];
      const here = new Set(people.map(({ id }) => id));
      for (const [id, row] of rows) {
        if (here.has(id)) continue;
        row.element.remove();
        rows.delete(id);
      }
      for (const person of people) {
        let row = rows.get(person.id);
        if (row === undefined) {
          row = personRow(person.id === self.id);
          rows.set(person.id, row);
          list.append(row.element);
        }
        row.update(person);
      }
    },
  };
}

function personRow(own: boolean): Row {
  const avatar = h('span.avatar.small', { 'aria-hidden': 'true' });
  const name = h('span.person-name');
  const host = h('span.tag', {}, 'Host');
  const muted = mark('microphoneOff', 'muted');
  const dark = mark('cameraOff', 'camera off');
  const element = h(
    'li',
    { 'data-testid': 'person' },
    h('div.person', {}, avatar, name, host, h('span.marks', {}, muted, dark)),
  );
  return {
    element,
    update({ user, role, media }) {
      element.dataset.name = user.name;
      setText(name, own ? `${user.name} (you)` : user.name);
      setText(avatar, initials(user.name));
      avatar.style.setProperty('--hue', String(hue(user.id)));
      host.hidden = role !== 'HOST';
      muted.hidden = media.audio;
      dark.hidden = media.video;
    },
  };
}

function mark(name: Parameters<typeof icon>[0], words: string): HTMLElement {
  return h('span', { title: words }, icon(name), h('span.sr-only', {}, words));
}
