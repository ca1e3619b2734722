import { PeerqlError } from '../../client/index.ts';
import type { PrejoinChoice } from '../../elements/prejoin.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { offerBlur } from '../background-blur.ts';
import { copy } from '../clipboard.ts';
import { h } from '../dom.ts';
import { header } from '../header.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';
import { callScreen } from './call.ts';
import { showRoomNotFound } from './invitation.ts';
import { signInScreen } from './sign-in.ts';
import { canCall, showUnsupported } from './unsupported.ts';

/** Shows the lobby of a room: a preview, who is there, and the join button. */
export async function openLobby(app: App, roomId: string): Promise<void> {
  if (!canCall()) return showUnsupported(app);
  const room = await app.client.room(roomId);
  if (room === null) {
    showRoomNotFound(app);
    return;
  }
  app.show(lobbyScreen(app, room));
}

type Room = NonNullable<Awaited<ReturnType<App['client']['room']>>>;

function lobbyScreen(app: App, room: Room): Screen {
  let gone = false;
  let giveUp = new AbortController();
  const prejoin = h(
    'peerql-prejoin',
    {},
    h('p.kicker', { dir: 'auto' }, texts.lobby.ownedBy(room.owner.name)),
    h('h1', { tabindex: -1, dir: 'auto' }, room.name ?? texts.prejoin.ready),
    h('p.lead', { 'data-testid': 'present', dir: 'auto' }, presence(room)),
    h(
      'button.wide',
      {
        slot: 'footer',
        type: 'button',
        'data-testid': 'lobby-copy-link',
        click: () => void copy(app, roomLink(room.id)),
      },
      icon('link'),
      texts.lobby.copyLink,
    ),
  );
  prejoin.client = app.client;
  offerBlur(prejoin);
  prejoin.knock = room.access === 'KNOCK' && room.owner.id !== app.account?.id;

  const enter = async ({ localMedia, takeOver }: PrejoinChoice) => {
    prejoin.error = null;
    prejoin.state = 'joining';
    giveUp = new AbortController();
    const { signal } = giveUp;
    try {
      const call = await app.client.joinRoom(room.id, {
        localMedia,
        takeOver,
        signal,
        onWaiting({ hostTold }) {
          prejoin.hostTold = hostTold;
          prejoin.state = 'waiting';
        },
      });
      if (gone) return call.leave();
      app.show(callScreen(app, call));
    } catch (error) {
      if (gone) return;
      prejoin.state = 'ready';
      if (!signal.aborted) refused(error);
    }
  };

  const refused = (error: unknown) => {
    if (error instanceof PeerqlError && error.code === 'UNAUTHENTICATED') {
      app.account = null;
      app.show(signInScreen(app, { message: wordsFor(error) }));
    } else prejoin.error = error;
  };

  prejoin.addEventListener('peerql-join', ({ detail }) => void enter(detail));
  prejoin.addEventListener('peerql-stop-waiting', () => giveUp.abort());
  // So that the socket is open and signed in when the button is pressed. The join reports a failure.
  void app.client.connect().catch(() => {});
  return {
    dispose: () => {
      gone = true;
      // Nobody is to be let in who has gone elsewhere.
      giveUp.abort();
    },
    element: h('div.page', {}, header(app), h('main.prejoin', { 'data-testid': 'lobby' }, prejoin)),
  };
}

function presence({ participants, capacity, access }: Room): string {
  if (access === 'LOCKED') return texts.lobby.locked;
  if (access === 'KNOCK') return texts.lobby.knocks;
  const names = participants.map(({ user }) => user.name);
  const [first, second] = names;
  if (first === undefined) return texts.lobby.nobody;
  if (names.length >= capacity) return texts.lobby.full(capacity);
  if (second === undefined) return texts.lobby.one(first);
  if (names.length === 2) return texts.lobby.two(first, second);
  return texts.lobby.more(first, second, names.length - 2);
}
