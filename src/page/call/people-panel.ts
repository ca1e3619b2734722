import type { CallSnapshot } from '../../client/index.ts';
import { hue, initials } from '../../elements/person.ts';
import { h, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { guestTag, lookAlikeTag } from '../person.ts';
import type { Panel } from '../side-panel.ts';
import { type HostActions, hostTools } from './host-tools.ts';
import { knockList } from './knock-list.ts';

/** A list of everybody in the call; for the host also of those who wait to be let in. */
export interface PeoplePanel extends Panel {
  draw(snapshot: CallSnapshot): void;
}

type Person = Pick<CallSnapshot['self'], 'id' | 'user' | 'role' | 'media' | 'handRaised'> &
  Partial<Pick<CallSnapshot['participants'][number], 'nameIsConfusable'>>;

interface Row {
  readonly element: HTMLElement;
  update(person: Person, byHost: boolean): void;
}

export function peoplePanel(actions: HostActions): PeoplePanel {
  const rows = new Map<string, Row>();
  const knocks = knockList(actions);
  const list = h('ul.people', { 'data-testid': 'people' });
  return {
    name: 'people',
    title: texts.call.people,
    content: h('div.panel-people', {}, knocks.element, list),
    focus: null,
    shown: () => {},
    draw({ self, participants, knocks: waiting }) {
      knocks.draw(waiting);
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
          row = personRow(person.id, person.id === self.id, actions);
          rows.set(person.id, row);
          list.append(row.element);
        }
        row.update(person, self.role === 'HOST');
      }
    },
  };
}

function personRow(id: string, own: boolean, actions: HostActions): Row {
  const avatar = h('span.avatar.small', { 'aria-hidden': 'true' });
  const name = h('bdi.person-name');
  const host = h('span.tag', {}, texts.common.host);
  const guest = guestTag();
  const twin = lookAlikeTag();
  const hand = mark('hand', texts.tile.handRaised);
  const muted = mark('microphoneOff', texts.tile.muted);
  const dark = mark('cameraOff', texts.tile.cameraOff);
  const tools = own ? null : hostTools(id, actions);
  const element = h(
    'li',
    { 'data-testid': 'person' },
    h(
      'div.person',
      {},
      avatar,
      name,
      host,
      guest,
      twin,
      h('span.marks', {}, hand, muted, dark),
      tools?.button ?? null,
    ),
    tools?.actions ?? null,
  );
  return {
    element,
    update({ user, role, media, handRaised, nameIsConfusable }, byHost) {
      element.dataset.name = user.name;
      setText(name, own ? texts.common.you(user.name) : user.name);
      setText(avatar, initials(user.name));
      avatar.style.setProperty('--hue', String(hue(user.id)));
      host.hidden = role !== 'HOST';
      guest.hidden = !user.isGuest;
      twin.hidden = nameIsConfusable !== true;
      hand.hidden = !handRaised;
      muted.hidden = media.audio;
      dark.hidden = media.video;
      tools?.draw(user.name, byHost, media.audio);
    },
  };
}

function mark(name: Parameters<typeof icon>[0], words: string): HTMLElement {
  return h('span', { title: words }, icon(name), h('span.sr-only', {}, words));
}
