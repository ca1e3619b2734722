import {
  type CallMedia,
  type LocalMedia,
  type OutgoingCall,
  PeerqlError,
  type User,
} from '../../client/index.ts';
import { type DeviceProblem, devicesFor } from '../../elements/devices.ts';
import { RINGBACK, tone } from '../../elements/tone.ts';
import type { App, Screen } from '../app.ts';
import { h, setText } from '../dom.ts';
import { header } from '../header.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import type { Notice } from '../notice-section.ts';
import { showDirectCall } from '../people/direct-call.ts';
import { avatar } from '../person.ts';
import { wordsFor } from '../words.ts';
import { noticeScreen } from './notice.ts';
import { canCall, showUnsupported } from './unsupported.ts';

/** Calls somebody: shows that it rings, and then the call, or why there is none. */
export function ringPerson(app: App, other: User, media: CallMedia): void {
  if (canCall()) app.show(outgoingScreen(app, other, media));
  else showUnsupported(app);
}

function outgoingScreen(app: App, other: User, media: CallMedia): Screen {
  const words = texts.people.outgoing;
  const sound = tone(RINGBACK);
  let gone = false;
  let joined = false;
  let own: LocalMedia | null = null;
  let ringing: OutgoingCall | null = null;
  const mirror = h('div.mirror', {}, h('div.spinner', {}));
  const state = h('p.lead', { role: 'status', 'data-testid': 'outgoing-state' }, words.devices);
  const legs = h('ul.legs', { 'data-testid': 'legs' });
  const failed = (problem: DeviceProblem) => {
    if (!gone) app.toast(texts.devices.problems[problem].title);
  };

  const draw = ({ snapshot }: OutgoingCall) => {
    if (gone) return;
    const rings = snapshot.state === 'RINGING';
    if (rings) sound.start();
    else sound.stop();
    setText(state, rings ? words.rings : words.joining);
    const rows = snapshot.legs.map((leg) =>
      h(
        'li',
        { 'data-testid': 'leg', 'data-state': leg.state },
        h('bdi', {}, leg.user.name),
        h('span', {}, words.legs[leg.state]),
      ),
    );
    legs.replaceChildren(...(rows.length > 1 ? rows : []));
  };

  const run = async () => {
    try {
      own = await devicesFor(media, failed);
      if (gone) return own.stop();
      const preview = h('peerql-preview', {});
      preview.localMedia = own;
      preview.addEventListener('peerql-device-problem', ({ detail }) => failed(detail.problem));
      mirror.replaceChildren(preview);
      setText(state, words.calling);
      const call = await app.client.people.ring([other.id], { media });
      ringing = call;
      // Nobody is to answer somebody who has gone elsewhere.
      if (gone) await call.cancel().catch(() => {});
      call.subscribe(() => draw(call));
      draw(call);
      const answered = await call.join({ localMedia: own });
      // It was answered at the same moment: this hangs up.
      if (gone) return answered.leave();
      joined = true;
      showDirectCall(app, answered, other);
    } catch (error) {
      if (gone) own?.stop();
      else app.show(noticeScreen(app, endOf(app, error, other, media)));
    }
  };
  void run();

  return {
    dispose: () => {
      gone = true;
      sound.stop();
      if (joined) return;
      if (ringing?.snapshot.state === 'RINGING') ringing.cancel().catch(() => {});
      // They are released once it is decided: if it has been answered meanwhile, the call has to be entered to hang up.
      own?.setCamera(false).catch(() => {});
      own?.setMicrophone(false).catch(() => {});
    },
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.lobby.outgoing',
        { 'data-testid': 'outgoing' },
        h('div.lobby-mirror', {}, mirror),
        h(
          'section.lobby-room',
          {},
          h('div.ringing-picture', {}, avatar(other)),
          h('h1', { tabindex: -1, dir: 'auto' }, other.name),
          state,
          legs,
          h(
            'button.danger.wide',
            {
              type: 'button',
              'data-testid': 'cancel-call',
              click: () => void app.goToPeople(),
            },
            icon('leave'),
            words.cancel,
          ),
        ),
      ),
    ),
  };
}

/** Why there is no call. */
function endOf(app: App, error: unknown, other: User, media: CallMedia): Notice {
  const words = texts.people.outgoing;
  const code = error instanceof PeerqlError ? error.code : 'UNKNOWN';
  const actions = [
    { label: words.again, testId: 'call-again', run: () => ringPerson(app, other, media) },
    { label: texts.people.back, testId: 'back', run: () => void app.goToPeople() },
  ];
  const notice = { kind: `call-${code.toLowerCase().replaceAll('_', '-')}`, actions };
  switch (code) {
    case 'DECLINED':
    case 'BUSY':
    case 'MISSED':
    case 'UNREACHABLE':
      return { ...notice, icon: 'phone', ...words[code], text: words[code].text(other.name) };
    case 'LOST':
      return { ...notice, icon: 'plug', ...words.lost };
    case 'HUNG_UP':
    case 'ABANDONED':
    case 'CANCELLED':
      return { ...notice, icon: 'leave', ...words.over, text: words.over.text(other.name) };
    default:
      return { ...notice, icon: 'plug', ...words.failed, text: wordsFor(error) };
  }
}
