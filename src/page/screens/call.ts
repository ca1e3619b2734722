import { type Call, PeerqlError, type RoomEnd, type User } from '../../client/index.ts';
import { problemOf } from '../../elements/devices.ts';
import { announcer } from '../announcer.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { dock } from '../call/dock.ts';
import { promptList } from '../call/prompts.ts';
import { requests } from '../call/requests.ts';
import { roomSettings } from '../call/room-settings.ts';
import { settingsDialog } from '../call/settings-dialog.ts';
import { stage } from '../call/stage.ts';
import { copy } from '../clipboard.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { themeButton } from '../header.ts';
import { icon, mark } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { helpDialog, listenForShortcuts, type Shortcut } from '../shortcuts.ts';
import { sidePanel } from '../side-panel.ts';
import { wordsFor } from '../words.ts';
import { callEnded } from './call-ended.ts';

/** How much of a message a toast shows, in UTF-16 units. */
const TOAST_CHARACTERS = 120;

/** A call that rang, instead of one to which people come by its link. */
interface Direct {
  /** The one who called, or was called. */
  readonly other: User;
  readonly onEnd: (end: RoomEnd) => void;
}

/** A call, from the join to its end. */
export function callScreen(app: App, call: Call, direct: Direct | null = null): Screen {
  const { room } = call.snapshot;
  const explain = (action: Promise<unknown>, words: (error: unknown) => string) => {
    action.catch((error: unknown) => {
      // The user left while this was under way, and needs no message.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      app.toast(words(error));
    });
  };
  const attempt = (change: Promise<void>) =>
    explain(change, (error) => texts.devices.problems[problemOf(error)].title);
  const tell = (action: Promise<unknown>) => explain(action, wordsFor);
  const media = () => call.snapshot.self.media;
  const flip = {
    microphone: () => attempt(call.setMicrophone(!media().audio)),
    camera: () => attempt(call.setCamera(!media().video)),
    screen: () => {
      if (media().screen) call.stopScreen();
      else explain(call.shareScreen(), screenWords);
    },
    hand: () => tell(call.raiseHand(!call.snapshot.self.handRaised)),
  };

  const pictures = stage(app, room.id, direct?.other.name ?? null);
  const people = h('peerql-people', {});
  Object.assign(people, { call, client: app.client });
  const chat = h('peerql-chat', {});
  chat.call = call;
  const panel = sidePanel(
    [
      { name: 'people', title: texts.call.people, content: people, focus: null },
      { name: 'chat', title: texts.chat.title, content: chat, focus: chat },
    ],
    () => draw(),
  );
  let seen = 0;
  /** How many messages have come since the chat was last shown. */
  const unread = () => {
    const { length } = call.snapshot.messages;
    // Fewer than before means that there is a new stay.
    seen = panel.open === 'chat' ? length : Math.min(seen, length);
    return length - seen;
  };
  const roomForm = roomSettings({
    update: (changes) => call.updateRoom(changes),
    close: () => app.client.closeRoom(room.id),
  });
  const settings = settingsDialog(call, attempt, roomForm);
  const prompts = promptList();
  const host = {
    admit: (knockId: string) => tell(call.admit(knockId)),
    deny: (knockId: string) => tell(call.deny(knockId)),
  };
  const asked = requests(call, host, {
    mute: () => attempt(call.setMicrophone(false)),
    all: () => panel.toggle('people'),
    changed: () => draw(),
  });
  const shortcuts: readonly Shortcut[] = [
    { key: 'M', does: texts.shortcuts.microphone, run: flip.microphone },
    { key: 'V', does: texts.shortcuts.camera, run: flip.camera },
    { key: 'S', does: texts.shortcuts.screen, run: flip.screen },
    { key: 'H', does: texts.shortcuts.hand, run: flip.hand },
    { key: 'C', does: texts.shortcuts.chat, run: () => panel.toggle('chat') },
    { key: 'P', does: texts.shortcuts.people, run: () => panel.toggle('people') },
    { key: 'L', does: texts.shortcuts.link, run: () => void copy(app, roomLink(room.id)) },
    { key: 'O', does: texts.shortcuts.settings, run: settings.toggle },
    { key: '?', does: texts.shortcuts.list, run: () => help.toggle() },
  ];
  const help = helpDialog(shortcuts);
  const controls = dock({
    ...flip,
    chat: () => panel.toggle('chat'),
    leave: () => call.leave(),
  });

  const title = h('h1', { tabindex: -1, dir: 'auto' });
  const relayed = h(
    'span.tag',
    { 'data-testid': 'relay-only', title: texts.call.relayOnly },
    texts.call.relayed,
  );
  const count = h('span', { 'data-testid': 'count' });
  const crowd = h(
    'button.chip',
    {
      type: 'button',
      'data-testid': 'open-people',
      title: `${texts.call.people} (P)`,
      click: () => panel.toggle('people'),
    },
    icon('people'),
    count,
  );
  const status = h(
    'p.status',
    { role: 'status', 'data-testid': 'reconnecting', hidden: true },
    h('span.spinner', {}),
    texts.call.reconnecting,
  );

  const draw = () => {
    const { snapshot } = call;
    if (snapshot.end !== null) return;
    setText(title, snapshot.room.name ?? direct?.other.name ?? texts.call.untitled);
    relayed.hidden = !snapshot.room.relayOnly;
    status.hidden = snapshot.state !== 'reconnecting';
    const total = snapshot.participants.length + 1;
    setText(count, String(total));
    setAttribute(crowd, 'aria-label', texts.call.peopleCount(total));
    setAttribute(crowd, 'aria-expanded', String(panel.open === 'people'));
    pictures.draw(snapshot);
    controls.draw(snapshot, panel.open === 'chat', unread());
    roomForm.draw(snapshot.room, snapshot.room.owner.id === snapshot.self.user.id);
    // The open list of people already shows those who wait.
    const knocks = panel.open === 'people' ? [] : snapshot.knocks;
    prompts.draw(asked.prompts(knocks, snapshot.self.media.audio));
  };

  const element = h(
    'div.call',
    { 'data-testid': 'call' },
    h(
      'header.call-bar',
      {},
      mark(),
      title,
      relayed,
      crowd,
      status,
      h(
        'div.bar-end',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-testid': 'copy-link',
            'aria-label': texts.call.copyLink,
            click: () => void copy(app, roomLink(room.id)),
          },
          icon('link'),
          h('span.wide-only', {}, texts.call.copyLink),
        ),
        barButton('settings', texts.call.settings, 'O', settings.toggle),
        barButton('help', texts.call.shortcuts, '?', () => help.toggle()),
        themeButton(),
      ),
    ),
    h('div.call-middle', {}, pictures.element, panel.element, prompts.element),
    controls.element,
    settings.element,
    help.element,
  );

  const stops = [
    listenForShortcuts(shortcuts),
    call.subscribe(draw),
    call.on('end', direct?.onEnd ?? ((end) => callEnded(app, room.id, end))),
    announcer(app, call, direct?.other.id ?? null),
    call.on('message', ({ user, text }) => {
      // The open chat panel already shows the message.
      if (panel.open !== 'chat') app.toast(texts.chat.newMessage(user.name, shortened(text)));
    }),
    settings.dispose,
    asked.dispose,
    pictures.dispose,
  ];
  draw();
  return {
    element,
    dispose: () => {
      for (const stop of stops) stop();
      call.leave();
    },
  };
}

/** A long text, cut off. */
function shortened(text: string): string {
  return text.length <= TOAST_CHARACTERS ? text : `${text.slice(0, TOAST_CHARACTERS)}…`;
}

/** Cancelling the browser's dialog also shows this message, because a refusal by the system looks the same. */
function screenWords(error: unknown): string {
  const denied = error instanceof DOMException && error.name === 'NotAllowedError';
  return denied ? texts.devices.screenDenied : texts.devices.noScreen;
}

function barButton(
  kind: 'settings' | 'help',
  label: string,
  key: string,
  press: () => void,
): HTMLElement {
  return h(
    'button.round.quiet',
    {
      type: 'button',
      'data-testid': `open-${kind}`,
      'aria-label': label,
      title: `${label} (${key})`,
      click: press,
    },
    icon(kind),
  );
}
