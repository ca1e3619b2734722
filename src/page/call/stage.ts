import type { CallSnapshot } from '../../client/index.ts';
import type { App } from '../app.ts';
import { roomLink } from '../app.ts';
import { copy } from '../clipboard.ts';
import { h } from '../dom.ts';
import { fitTiles } from '../grid.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { personTile, screenTile, type Tile } from '../tile.ts';

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
  const tiles = new Map<string, Tile>();
  const layOut = () => fitTiles(people, screens.childElementCount > 0);
  const resized = new ResizeObserver(layOut);
  resized.observe(people);

  const tile = (key: string, make: () => Tile, parent: HTMLElement): Tile => {
    const known = tiles.get(key);
    if (known !== undefined) return known;
    const made = make();
    tiles.set(key, made);
    parent.append(made.element);
    return made;
  };

  return {
    element: h('main.stage', {}, screens, people),
    draw({ self, participants, end }) {
      if (end !== null) return;
      const wanted = new Set<string>();
      // By user, not by stay: somebody with a new stay keeps their place on the page.
      const own = { peerState: 'connected', quality: 'unknown', speaking: false } as const;
      const views = [
        ...participants.map((view) => ({ view, key: view.user.id, own: false })),
        { view: { ...self, ...own }, key: 'self', own: true },
      ];
      for (const { view, key, own } of views) {
        wanted.add(key);
        tile(key, () => personTile(own), people).update(view, view.stream);
        if (view.screen === null) continue;
        wanted.add(`${key}-screen`);
        tile(`${key}-screen`, () => screenTile(), screens).update(view, view.screen);
      }
      for (const [key, shown] of tiles) {
        if (wanted.has(key)) continue;
        shown.dispose();
        shown.element.remove();
        tiles.delete(key);
      }
      // The user's own tile comes last. A user who is alone sees how to invite others.
      const last = tiles.get('self');
      if (last !== undefined && people.lastElementChild !== last.element) {
        people.append(last.element);
      }
      if (participants.length > 0) invite.remove();
      else if (people.firstElementChild !== invite) people.prepend(invite);
      layOut();
    },
    dispose: () => {
      resized.disconnect();
      for (const shown of tiles.values()) shown.dispose();
    },
  };
}

function awaitedCard(name: string): HTMLElement {
  return h(
    'section.tile.invite',
    { role: 'status', 'data-testid': 'awaited' },
    h('span.spinner', {}),
    h('h2', { dir: 'auto' }, texts.people.outgoing.waitingFor(name)),
  );
}

function inviteCard(app: App, roomId: string): HTMLElement {
  const link = roomLink(roomId);
  return h(
    'section.tile.invite',
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
