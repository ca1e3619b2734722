import type { CallSnapshot } from '../../client/index.ts';
import { fitTiles } from '../../elements/grid.ts';
import type { TileParticipant } from '../../elements/tile.ts';
import type { App } from '../app.ts';
import { roomLink } from '../app.ts';
import { copy } from '../clipboard.ts';
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';

/** The videos: people in a grid, and shared screens above it. */
export interface Stage {
  readonly element: HTMLElement;
  draw(snapshot: CallSnapshot): void;
  dispose(): void;
}

/** @param awaited the name of somebody who has answered, and comes at once; null where people come by the link */
export function stage(app: App, roomId: string, awaited: string | null): Stage {
  const people = h('div.grid', {
    role: 'group',
    'aria-label': texts.call.grid,
    'data-testid': 'grid',
  });
  const screens = h('div.screens', { 'data-testid': 'screens' });
  const invite = awaited === null ? inviteCard(app, roomId) : awaitedCard(awaited);
  const tiles = new Map<string, HTMLElementTagNameMap['peerql-tile']>();
  const layOut = () => fitTiles(people, screens.childElementCount > 0);
  const resized = new ResizeObserver(layOut);
  resized.observe(people);

  const show = (key: string, view: TileParticipant, own: boolean, screen: boolean) => {
    let tile = tiles.get(key);
    if (tile === undefined) {
      tile = h('peerql-tile', {
        'data-testid': screen ? 'screen-tile' : own ? 'self-tile' : 'tile',
      });
      Object.assign(tile, { own, screen });
      tiles.set(key, tile);
      (screen ? screens : people).append(tile);
    }
    tile.participant = view;
  };

  return {
    element: h('main.stage', {}, screens, people),
    draw({ self, participants, end }) {
      if (end !== null) return;
      const wanted = new Set<string>();
      // By user, not by stay: somebody with a new stay keeps their place on the page.
      const views = [
        ...participants.map((view) => ({ view, key: view.user.id, own: false })),
        { view: self, key: 'self', own: true },
      ];
      for (const { view, key, own } of views) {
        wanted.add(key);
        show(key, view, own, false);
        if (view.screen === null) continue;
        wanted.add(`${key}-screen`);
        show(`${key}-screen`, view, own, true);
      }
      for (const [key, shown] of tiles) {
        if (wanted.has(key)) continue;
        shown.remove();
        tiles.delete(key);
      }
      // The user's own tile comes last. A user who is alone sees how to invite others.
      const last = tiles.get('self');
      if (last !== undefined && people.lastElementChild !== last) {
        people.append(last);
      }
      if (participants.length > 0) invite.remove();
      else if (people.firstElementChild !== invite) people.prepend(invite);
      layOut();
    },
    dispose: () => resized.disconnect(),
  };
}

function awaitedCard(name: string): HTMLElement {
  return h(
    'section.invite',
    { role: 'status', 'data-testid': 'awaited' },
    h('span.spinner', {}),
    h('h2', { dir: 'auto' }, texts.people.outgoing.waitingFor(name)),
  );
}

function inviteCard(app: App, roomId: string): HTMLElement {
  const link = roomLink(roomId);
  return h(
    'section.invite',
    { 'data-testid': 'invite' },
    h('h2', {}, texts.invite.title),
    h('p', {}, texts.invite.text),
    h('input', {
      readonly: true,
      value: link,
      'aria-label': texts.invite.link,
      'data-testid': 'invite-link',
    }),
    h(
      'button.primary',
      { type: 'button', click: () => void copy(app, link) },
      icon('link'),
      texts.invite.copy,
    ),
  );
}
