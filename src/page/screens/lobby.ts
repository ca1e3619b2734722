import { PeerqlError } from '../../client/index.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { copy } from '../clipboard.ts';
import { type Devices, openDevices, PROBLEM_WORDS } from '../devices.ts';
import { h, setText } from '../dom.ts';
import { header } from '../header.ts';
import { icon } from '../icons.ts';
import { type Preview, preview } from '../preview.ts';
import { waitingBox } from '../waiting-box.ts';
import { wordsFor } from '../words.ts';
import { callScreen } from './call.ts';
import { homeAction, noticeScreen } from './notice.ts';
import { signInScreen } from './sign-in.ts';

/** Shows the way into a room: a look in the mirror, who is there, and the button. */
export async function openLobby(app: App, roomId: string): Promise<void> {
  const room = await app.client.room(roomId);
  if (room === null) {
    app.show(
      noticeScreen(app, {
        kind: 'room-not-found',
        icon: 'search',
        title: 'There is no such call',
        text: 'It may have ended, or the link is not complete. Ask for a new one.',
        actions: [homeAction(app)],
      }),
    );
    return;
  }
  app.show(lobbyScreen(app, room));
}

type Room = NonNullable<Awaited<ReturnType<App['client']['room']>>>;

function lobbyScreen(app: App, room: Room): Screen {
  let own: Preview | null = null;
  let joined = false;
  let gone = false;
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
    'Join',
  );

  const open = async () => {
    problem.hidden = true;
    const devices = await openDevices();
    if (gone) return stop(devices.stream);
    own?.dispose();
    own = preview(devices.stream, app);
    mirror.replaceChildren(own.element);
    join.disabled = false;
    setText(join, asks ? 'Ask to join' : joinWords(devices.stream));
    showProblem(problem, devices, open);
  };

  const enter = async (takeOver: boolean) => {
    join.disabled = true;
    refusal.hidden = true;
    join.hidden = false;
    setText(join, 'Joining…');
    const giveUp = new AbortController();
    const wait = () => {
      join.hidden = true;
      waiting.show(() => giveUp.abort());
    };
    try {
      const stream = own?.stream ?? new MediaStream();
      const call = await app.client.joinRoom(room.id, {
        stream,
        takeOver,
        signal: giveUp.signal,
        onWaiting: wait,
      });
      if (gone) return call.leave();
      joined = true;
      app.show(callScreen(app, call));
    } catch (error) {
      waiting.hide();
      if (gone) return;
      if (giveUp.signal.aborted) return ready();
      refused(app, error, refusal, () => void enter(true));
      join.hidden = refusal.dataset.kind === 'ALREADY_IN_ROOM';
      join.disabled = false;
      setText(join, 'Try again');
    }
  };

  const ready = () => {
    join.hidden = false;
    join.disabled = false;
    setText(join, asks ? 'Ask to join' : 'Join');
  };

  void open();
  return {
    dispose: () => {
      gone = true;
      own?.dispose();
      if (!joined && own !== null) stop(own.stream);
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
          h('p.kicker', {}, `Hosted by ${room.owner.name}`),
          h('h1', { tabindex: -1 }, room.name ?? 'Ready to join?'),
          h('p.lead', { 'data-testid': 'present' }, presence(room)),
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
            'Copy the link',
          ),
        ),
      ),
    ),
  };
}

function showProblem(box: HTMLElement, { problem }: Devices, again: () => Promise<void>): void {
  box.hidden = problem === null;
  if (problem === null) return;
  const { title, text } = PROBLEM_WORDS[problem];
  box.dataset.testid = 'device-problem';
  box.dataset.kind = problem;
  box.replaceChildren(
    h('div', {}, h('strong', {}, title), h('p', {}, text)),
    h(
      'button',
      { type: 'button', 'data-testid': 'retry-devices', click: () => void again() },
      'Try again',
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
        'Join here instead',
      ),
    );
  }
}

function joinWords(stream: MediaStream): string {
  return stream.getTracks().length === 0 ? 'Join without camera' : 'Join';
}

function presence({ participants, capacity, access }: Room): string {
  if (access === 'LOCKED') return 'The host has locked this call: nobody new gets in.';
  if (access === 'KNOCK') return 'The host lets people in one by one.';
  const names = participants.map(({ user }) => user.name);
  const [first, second] = names;
  if (first === undefined) return 'Nobody is here yet.';
  if (names.length >= capacity) return `The call is full: ${capacity} people are in it.`;
  if (second === undefined) return `${first} is here.`;
  if (names.length === 2) return `${first} and ${second} are here.`;
  return `${first}, ${second} and ${names.length - 2} more are here.`;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
