import { LocalMedia, PeerqlError, type Waiting } from '../../client/index.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { copy } from '../clipboard.ts';
import { type DeviceProblem, openDevices, PROBLEM_WORDS, problemOf } from '../devices.ts';
import { h, setText } from '../dom.ts';
import { header } from '../header.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { preview } from '../preview.ts';
import { waitingBox } from '../waiting-box.ts';
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
  let media: LocalMedia | null = null;
  let stopPreview = () => {};
  let joined = false;
  let gone = false;
  let giveUp = new AbortController();
  const asks = room.access === 'KNOCK' && room.owner.id !== app.account?.id;
  const mirror = h('div.mirror', { 'data-testid': 'mirror' }, h('div.spinner', {}));
  const problem = h('div.problem', { role: 'status', hidden: true });
  const refusal = h('div.problem', { role: 'alert', hidden: true });
  const waiting = waitingBox();
  const join = h(
    'button.primary.wide',
    {
      type: 'button',
      'data-testid': 'join',
      'data-autofocus': true,
      disabled: true,
      click: () => void enter(false),
    },
    texts.common.join,
  );

  const open = async () => {
    const { stream, problem: found } = await openDevices();
    if (gone) return stop(stream);
    const own = new LocalMedia(stream);
    media = own;
    const mirrored = preview(own, attempt);
    stopPreview = mirrored.dispose;
    mirror.replaceChildren(mirrored.element);
    join.disabled = false;
    setText(join, asks ? texts.lobby.ask : joinWords(stream));
    showProblem(problem, found, () => void openMissing(own));
  };

  const attempt = (change: Promise<void>) => {
    change.then(
      () => showProblem(problem, null),
      (error: unknown) => {
        if (!gone) app.toast(PROBLEM_WORDS[problemOf(error)].title);
      },
    );
  };

  /** Tries again to open the devices that could not be opened. */
  const openMissing = async (own: LocalMedia) => {
    const { audio, video } = own.tracks;
    const missing = [
      ...(audio === null ? [own.setMicrophone(true)] : []),
      ...(video === null ? [own.setCamera(true)] : []),
    ];
    const refusals = (await Promise.allSettled(missing)).filter((one) => one.status === 'rejected');
    const [first] = refusals;
    const found = first === undefined ? null : problemOf(first.reason);
    if (!joined && !gone) showProblem(problem, found, () => void openMissing(own));
  };

  const enter = async (takeOver: boolean) => {
    join.disabled = true;
    refusal.hidden = true;
    join.hidden = false;
    setText(join, texts.lobby.joining);
    giveUp = new AbortController();
    const { signal } = giveUp;
    const wait = ({ hostTold }: Waiting) => {
      join.hidden = true;
      waiting.show(hostTold, () => giveUp.abort());
    };
    try {
      const call = await app.client.joinRoom(room.id, {
        ...(media === null ? {} : { localMedia: media }),
        takeOver,
        signal,
        onWaiting: wait,
      });
      if (gone) return call.leave();
      joined = true;
      app.show(callScreen(app, call));
    } catch (error) {
      waiting.hide();
      if (gone) return;
      if (signal.aborted) return ready();
      refused(app, error, refusal, () => void enter(true));
      join.hidden = refusal.dataset.kind === 'ALREADY_IN_ROOM';
      join.disabled = false;
      setText(join, texts.common.tryAgain);
    }
  };

  const ready = () => {
    join.hidden = false;
    join.disabled = false;
    setText(join, asks ? texts.lobby.ask : texts.common.join);
  };

  void open();
  // So that the socket is open and signed in when the button is pressed. The join reports a failure.
  void app.client.connect().catch(() => {});
  return {
    dispose: () => {
      gone = true;
      // Nobody is to be let in who has gone elsewhere.
      giveUp.abort();
      stopPreview();
      if (!joined) media?.stop();
    },
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.lobby',
        { 'data-testid': 'lobby' },
        h('div.lobby-mirror', {}, mirror, problem),
        h(
          'section.lobby-room',
          {},
          h('p.kicker', { dir: 'auto' }, texts.lobby.ownedBy(room.owner.name)),
          h('h1', { tabindex: -1, dir: 'auto' }, room.name ?? texts.lobby.ready),
          h('p.lead', { 'data-testid': 'present', dir: 'auto' }, presence(room)),
          refusal,
          waiting.element,
          join,
          h(
            'button.wide',
            {
              type: 'button',
              'data-testid': 'lobby-copy-link',
              click: () => void copy(app, roomLink(room.id)),
            },
            icon('link'),
            texts.lobby.copyLink,
          ),
        ),
      ),
    ),
  };
}

function showProblem(
  box: HTMLElement,
  problem: DeviceProblem | null,
  again: () => void = () => {},
): void {
  box.hidden = problem === null;
  if (problem === null) return;
  const { title, text } = PROBLEM_WORDS[problem];
  box.dataset.testid = 'device-problem';
  box.dataset.kind = problem;
  box.replaceChildren(
    h('div', {}, h('strong', {}, title), h('p', {}, text)),
    h(
      'button',
      { type: 'button', 'data-testid': 'retry-devices', click: again },
      texts.common.tryAgain,
    ),
  );
}

function refused(app: App, error: unknown, box: HTMLElement, takeOver: () => void): void {
  const code = error instanceof PeerqlError ? error.code : 'UNKNOWN';
  if (code === 'UNAUTHENTICATED') {
    app.account = null;
    app.show(signInScreen(app, { message: wordsFor(error) }));
    return;
  }
  box.hidden = false;
  box.dataset.testid = 'refusal';
  box.dataset.kind = code;
  const words = h('p', {}, wordsFor(error));
  box.replaceChildren(words);
  if (code === 'ALREADY_IN_ROOM') {
    box.append(
      h(
        'button.primary.wide',
        { type: 'button', 'data-testid': 'take-over', click: takeOver },
        texts.lobby.joinHere,
      ),
    );
  }
}

function joinWords(stream: MediaStream): string {
  return stream.getTracks().length === 0 ? texts.lobby.withoutCamera : texts.common.join;
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

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
