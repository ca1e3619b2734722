import type { Call, CallSnapshot } from '../../client/index.ts';
import { announcer } from '../announcer.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { copy } from '../clipboard.ts';
import { PROBLEM_WORDS, problemOf } from '../devices.ts';
import { h, setText } from '../dom.ts';
import { fitTiles } from '../grid.ts';
import { themeButton } from '../header.ts';
import { icon, mark } from '../icons.ts';
import { personTile, screenTile, type Tile } from '../tile.ts';
import { toggleButton } from '../toggle.ts';
import { callEnded } from './call-ended.ts';

/** A call, from the join to its end. */
export function callScreen(app: App, call: Call): Screen {
  const { room } = call.getSnapshot();
  const people = h('div.grid', { 'data-testid': 'grid' });
  const screens = h('div.screens', { 'data-testid': 'screens' });
  const invite = inviteCard(app, room.id);
  const count = h('span', { 'data-testid': 'count' });
  const status = h(
    'p.status',
    { role: 'status', 'data-testid': 'reconnecting', hidden: true },
    h('span.spinner', {}),
    'Connection lost. Reconnecting…',
  );

  const attempt = (change: Promise<void>) => {
    change.catch((error: unknown) => app.toast(PROBLEM_WORDS[problemOf(error)].title));
  };
  const media = () => call.getSnapshot().self.media;
  const flip = {
    microphone: () => attempt(call.setMicrophone(!media().audio)),
    camera: () => attempt(call.setCamera(!media().video)),
    screen: () => {
      if (media().screen) call.stopScreen();
      // Whoever closes the browser's dialog knows that nothing is shared.
      else call.shareScreen().catch(() => {});
    },
  };
  const microphone = toggleButton('microphone', 'M', flip.microphone);
  const camera = toggleButton('camera', 'V', flip.camera);
  const screen = toggleButton('screen', null, flip.screen);
  screen.element.hidden = navigator.mediaDevices?.getDisplayMedia === undefined;

  const tiles = new Map<string, Tile>();
  const draw = () => {
    const snapshot = call.getSnapshot();
    microphone.set(snapshot.self.media.audio);
    camera.set(snapshot.self.media.video);
    screen.set(snapshot.self.media.screen);
    status.hidden = snapshot.state !== 'reconnecting';
    const total = snapshot.participants.length + 1;
    setText(count, String(total));
    count.setAttribute('aria-label', total === 1 ? '1 person' : `${total} people`);
    drawTiles(snapshot, tiles, people, screens, invite);
    layOut();
  };
  const layOut = () => fitTiles(people, screens.childElementCount > 0);

  const element = h(
    'div.call',
    { 'data-testid': 'call' },
    h(
      'header.call-bar',
      {},
      mark(),
      h('h1', { tabindex: -1 }, room.name ?? 'Call'),
      h('span.chip', {}, icon('people'), count),
      status,
      h(
        'div.bar-end',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-testid': 'copy-link',
            'aria-label': 'Copy link',
            click: () => void copy(app, roomLink(room.id)),
          },
          icon('link'),
          h('span.wide-only', {}, 'Copy link'),
        ),
        themeButton(),
      ),
    ),
    h('main.stage', {}, screens, people),
    h(
      'footer.dock',
      {},
      microphone.element,
      camera.element,
      screen.element,
      h(
        'button.round.danger',
        {
          type: 'button',
          'data-testid': 'leave',
          title: 'Leave the call',
          'aria-label': 'Leave the call',
          click: () => call.leave(),
        },
        icon('leave'),
      ),
    ),
  );

  const resized = new ResizeObserver(layOut);
  resized.observe(people);
  const onKey = (event: KeyboardEvent) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === 'm') flip.microphone();
    if (event.key.toLowerCase() === 'v') flip.camera();
  };
  document.addEventListener('keydown', onKey);
  const stops = [
    call.subscribe(draw),
    call.on('end', (end) => callEnded(app, room.id, end)),
    announcer(app, call),
  ];
  draw();
  return {
    element,
    dispose: () => {
      for (const stop of stops) stop();
      resized.disconnect();
      document.removeEventListener('keydown', onKey);
      for (const tile of tiles.values()) tile.dispose();
      call.leave();
    },
  };
}

function drawTiles(
  { self, participants, end }: CallSnapshot,
  tiles: Map<string, Tile>,
  people: HTMLElement,
  screens: HTMLElement,
  invite: HTMLElement,
): void {
  if (end !== null) return;
  const wanted = new Map<string, () => Tile>();
  // By user, not by stay: one whose stay was made anew keeps the place on the page.
  const sets = [
    ...participants.map((view) => ({ view, key: view.user.id, own: false })),
    { view: { ...self, peerState: 'connected' as const }, key: 'self', own: true },
  ];
  for (const { view, key, own } of sets) {
    wanted.set(key, () => personTile(own));
    tile(tiles, key, () => personTile(own), people).update(view, view.stream);
    if (view.screen === null) continue;
    wanted.set(`${key}-screen`, () => screenTile());
    tile(tiles, `${key}-screen`, () => screenTile(), screens).update(view, view.screen);
  }
  for (const [key, shown] of tiles) {
    if (wanted.has(key)) continue;
    shown.dispose();
    shown.element.remove();
    tiles.delete(key);
  }
  // Oneself comes last, and who is alone sees how to change that.
  const own = tiles.get('self');
  if (own !== undefined && people.lastElementChild !== own.element) people.append(own.element);
  if (participants.length > 0) invite.remove();
  else if (people.firstElementChild !== invite) people.prepend(invite);
}

function tile(tiles: Map<string, Tile>, key: string, make: () => Tile, parent: HTMLElement): Tile {
  const known = tiles.get(key);
  if (known !== undefined) return known;
  const made = make();
  tiles.set(key, made);
  parent.append(made.element);
  return made;
}

function inviteCard(app: App, roomId: string): HTMLElement {
  const link = roomLink(roomId);
  return h(
    'section.tile.invite',
    { 'data-testid': 'invite' },
    h('h2', {}, 'You are the first one here'),
    h('p', {}, 'Send this link to whoever should join:'),
    h('input', {
      readonly: true,
      value: link,
      'aria-label': 'Link to this call',
      'data-testid': 'invite-link',
    }),
    h(
      'button.primary',
      { type: 'button', click: () => void copy(app, link) },
      icon('link'),
      'Copy link',
    ),
  );
}
