import { type Call, PeerqlError } from '../../client/index.ts';
import { announcer } from '../announcer.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { chatPanel } from '../call/chat-panel.ts';
import { dock } from '../call/dock.ts';
import { hostActions } from '../call/host-actions.ts';
import { peoplePanel } from '../call/people-panel.ts';
import { promptList } from '../call/prompts.ts';
import { requests } from '../call/requests.ts';
import { roomSettings } from '../call/room-settings.ts';
import { settingsDialog } from '../call/settings-dialog.ts';
import { stage } from '../call/stage.ts';
import { copy } from '../clipboard.ts';
import { PROBLEM_WORDS, problemOf } from '../devices.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { themeButton } from '../header.ts';
import { icon, mark } from '../icons.ts';
import { helpDialog, listenForShortcuts, type Shortcut } from '../shortcuts.ts';
import { sidePanel } from '../side-panel.ts';
import { wordsFor } from '../words.ts';
import { callEnded } from './call-ended.ts';

/** A call, from the join to its end. */
export function callScreen(app: App, call: Call): Screen {
  const { room } = call.snapshot;
  const attempt = (change: Promise<void>) => {
    change.catch((error: unknown) => {
      // Whoever leaves while a device is opened knows that it is over.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      app.toast(PROBLEM_WORDS[problemOf(error)].title);
    });
  };
  const tell = (action: Promise<unknown>) => {
    action.catch((error: unknown) => app.toast(wordsFor(error)));
  };
  const media = () => call.snapshot.self.media;
  const flip = {
    microphone: () => attempt(call.setMicrophone(!media().audio)),
    camera: () => attempt(call.setCamera(!media().video)),
    screen: () => {
      if (media().screen) call.stopScreen();
      // Whoever closes the browser's dialog knows that nothing is shared.
      else call.shareScreen().catch(() => {});
    },
    hand: () => tell(call.raiseHand(!call.snapshot.self.handRaised)),
  };

  const pictures = stage(app, room.id);
  const host = hostActions(app, call, tell);
  const people = peoplePanel(host);
  const chat = chatPanel((text, to) => call.sendMessage(text, to));
  const panel = sidePanel([people, chat], () => draw());
  const roomForm = roomSettings({
    update: (changes) => call.updateRoom(changes),
    close: () => app.client.closeRoom(room.id),
  });
  const settings = settingsDialog(call, attempt, roomForm.element);
  const prompts = promptList();
  const asked = requests(call, host, {
    mute: () => attempt(call.setMicrophone(false)),
    all: () => panel.toggle('people'),
    changed: () => draw(),
  });
  const shortcuts: readonly Shortcut[] = [
    { key: 'M', does: 'Mute or unmute the microphone', run: flip.microphone },
    { key: 'V', does: 'Turn the camera on or off', run: flip.camera },
    { key: 'S', does: 'Share the screen, or stop', run: flip.screen },
    { key: 'H', does: 'Raise or lower your hand', run: flip.hand },
    { key: 'C', does: 'Chat', run: () => panel.toggle('chat') },
    { key: 'P', does: 'See who is here', run: () => panel.toggle('people') },
    { key: 'L', does: 'Copy the link', run: () => void copy(app, roomLink(room.id)) },
    { key: 'O', does: 'Settings', run: settings.toggle },
    { key: '?', does: 'This list', run: () => help.toggle() },
  ];
  const help = helpDialog(shortcuts);
  const controls = dock({
    ...flip,
    chat: () => panel.toggle('chat'),
    leave: () => call.leave(),
  });

  const title = h('h1', { tabindex: -1 });
  const count = h('span', { 'data-testid': 'count' });
  const crowd = h(
    'button.chip',
    {
      type: 'button',
      'data-testid': 'open-people',
      title: 'People (P)',
      click: () => panel.toggle('people'),
    },
    icon('people'),
    count,
  );
  const status = h(
    'p.status',
    { role: 'status', 'data-testid': 'reconnecting', hidden: true },
    h('span.spinner', {}),
    'Connection lost. Reconnecting…',
  );

  const draw = () => {
    const { snapshot } = call;
    if (snapshot.end !== null) return;
    setText(title, snapshot.room.name ?? 'Call');
    status.hidden = snapshot.state !== 'reconnecting';
    const total = snapshot.participants.length + 1;
    setText(count, String(total));
    setAttribute(crowd, 'aria-label', total === 1 ? 'People: 1' : `People: ${total}`);
    setAttribute(crowd, 'aria-expanded', String(panel.open === 'people'));
    pictures.draw(snapshot);
    people.draw(snapshot);
    chat.draw(snapshot, panel.open === 'chat');
    controls.draw(snapshot, panel.open === 'chat', chat.unread(snapshot));
    roomForm.draw(snapshot.room, snapshot.room.owner.id === snapshot.self.user.id);
    // Where the list of people is open, those who wait are in it.
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
            'aria-label': 'Copy link',
            click: () => void copy(app, roomLink(room.id)),
          },
          icon('link'),
          h('span.wide-only', {}, 'Copy link'),
        ),
        barButton('settings', 'Settings', 'O', settings.toggle),
        barButton('help', 'Keyboard shortcuts', '?', () => help.toggle()),
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
    call.on('end', (end) => callEnded(app, room.id, end)),
    announcer(app, call),
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
