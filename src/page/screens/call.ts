import { type Call, PeerqlError, type RoomEnd, type User } from '../../client/index.ts';
import { problemOf } from '../../elements/devices.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { offerBlur } from '../background-blur.ts';
import { roomSettings } from '../call/room-settings.ts';
import { settingsDialog } from '../call/settings-dialog.ts';
import { copy } from '../clipboard.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { themeButton } from '../header.ts';
import { icon, mark } from '../icons.ts';
import { restoreSpeaker } from '../kept-devices.ts';
import { texts } from '../messages/language.ts';
import { helpDialog, listenForShortcuts, type Shortcut } from '../shortcuts.ts';
import { callEnded } from './call-ended.ts';

/** A call that rang, instead of one to which people come by its link. */
interface Direct {
  /** The one who called, or was called. */
  readonly other: User;
  readonly onEnd: (end: RoomEnd) => void;
}

/** The buttons below the pictures; the others are in the bar. */
const BUTTONS = 'microphone camera screen hand chat more leave';

/** A call, from the join to its end. */
export function callScreen(app: App, call: Call, direct: Direct | null = null): Screen {
  const { room } = call.snapshot;
  const attempt = (change: Promise<void>) => {
    change.catch((error: unknown) => {
      // The user left while this was under way, and needs no message.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      app.toast(texts.devices.problems[problemOf(error)].title);
    });
  };
  const shown = h('peerql-call', { shortcuts: true, link: roomLink(room.id), buttons: BUTTONS });
  Object.assign(shown, { call, client: app.client, direct: direct?.other ?? null });
  offerBlur(shown);
  void restoreSpeaker();
  const roomForm = roomSettings({
    update: (changes) => call.updateRoom(changes),
    close: () => app.client.closeRoom(room.id),
  });
  const settings = settingsDialog(call, attempt, roomForm);
  const copyLink = () => void copy(app, roomLink(room.id));
  const { shortcuts: words } = texts;
  const shortcuts: readonly Shortcut[] = [
    { key: 'M', does: words.microphone, run: () => shown.controls?.toggleMicrophone() },
    { key: 'V', does: words.camera, run: () => shown.controls?.toggleCamera() },
    { key: 'S', does: words.screen, run: () => shown.controls?.toggleScreen() },
    { key: 'H', does: words.hand, run: () => shown.controls?.toggleHand() },
    { key: 'C', does: words.chat, run: () => shown.togglePanel('chat') },
    { key: 'P', does: words.people, run: () => shown.togglePanel('people') },
    { key: 'L', does: words.link, run: copyLink },
    { key: 'O', does: words.settings, run: settings.toggle },
    { key: '?', does: words.list, run: () => help.toggle() },
  ];
  const help = helpDialog(shortcuts, (on) => {
    shown.pushToTalk = on;
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
      click: () => shown.togglePanel('people'),
    },
    icon('people'),
    count,
  );
  shown.append(
    h(
      'header.call-bar',
      { slot: 'header' },
      mark(),
      title,
      relayed,
      crowd,
      h(
        'div.bar-end',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-testid': 'copy-link',
            'aria-label': texts.call.copyLink,
            click: copyLink,
          },
          icon('link'),
          h('span.wide-only', {}, texts.call.copyLink),
        ),
        barButton('settings', texts.call.settings, 'O', settings.toggle),
        barButton('help', texts.call.shortcuts, '?', () => help.toggle()),
        themeButton(),
      ),
    ),
  );

  const draw = () => {
    const { snapshot } = call;
    if (snapshot.end !== null) return;
    setText(title, snapshot.room.name ?? direct?.other.name ?? texts.call.untitled);
    relayed.hidden = !snapshot.room.relayOnly;
    const total = snapshot.participants.length + 1;
    setText(count, String(total));
    setAttribute(crowd, 'aria-label', texts.call.peopleCount(total));
    setAttribute(crowd, 'aria-expanded', String(shown.panel === 'people'));
    roomForm.draw(snapshot.room, snapshot.room.owner.id === snapshot.self.user.id);
  };
  shown.addEventListener('peerql-panel-change', draw);
  shown.addEventListener('peerql-notice', (event) => {
    event.preventDefault();
    app.toast(event.detail.message);
  });

  const stops = [
    listenForShortcuts(shortcuts),
    call.subscribe(draw),
    call.on('end', direct?.onEnd ?? ((end) => callEnded(app, room.id, end))),
    settings.dispose,
  ];
  draw();
  return {
    element: h('main.call', { 'data-testid': 'call' }, shown, settings.element, help.element),
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
