import type { CallSnapshot } from '../../client/index.ts';
import { h } from '../dom.ts';
import { texts } from '../messages/language.ts';
import type { HostActions } from './host-tools.ts';

/** Those who wait to be let in. */
interface KnockList {
  readonly element: HTMLElement;
  draw(knocks: CallSnapshot['knocks']): void;
}

export function knockList(actions: Pick<HostActions, 'admit' | 'deny' | 'denyAndBan'>): KnockList {
  const shown = new Map<string, HTMLElement>();
  const list = h('ul.people');
  const element = h(
    'section.knocks',
    { hidden: true, 'data-testid': 'knocks' },
    h('h3', {}, texts.knocks.title),
    list,
  );
  return {
    element,
    draw(knocks) {
      element.hidden = knocks.length === 0;
      const waiting = new Set(knocks.map(({ knockId }) => knockId));
      for (const [knockId, row] of shown) {
        if (waiting.has(knockId)) continue;
        row.remove();
        shown.delete(knockId);
      }
      for (const { knockId, user } of knocks) {
        const before = shown.get(knockId);
        if (before?.dataset.name === user.name) continue;
        const row = knockRow(knockId, user.name, actions);
        shown.set(knockId, row);
        if (before === undefined) list.append(row);
        else before.replaceWith(row);
      }
    },
  };
}

function knockRow(
  knockId: string,
  name: string,
  { admit, deny, denyAndBan }: Pick<HostActions, 'admit' | 'deny' | 'denyAndBan'>,
): HTMLElement {
  return h(
    'li.person',
    { 'data-testid': 'knock', 'data-name': name },
    h('bdi.person-name', {}, name),
    h(
      'span.marks',
      {},
      h(
        'button.primary.small',
        {
          type: 'button',
          'data-testid': 'admit',
          'aria-label': texts.knocks.letInName(name),
          click: () => admit(knockId),
        },
        texts.knocks.letIn,
      ),
      h(
        'button.small',
        {
          type: 'button',
          'data-testid': 'deny',
          'aria-label': texts.knocks.noName(name),
          click: () => deny(knockId),
        },
        texts.knocks.no,
      ),
      h(
        'button.small.danger',
        {
          type: 'button',
          'data-testid': 'deny-and-ban',
          'aria-label': texts.knocks.banName(name),
          click: () => denyAndBan(knockId, name),
        },
        texts.knocks.ban,
      ),
    ),
  );
}
