import type { IncomingCall, IncomingCallEnd } from '../../client/index.ts';
import type { App } from '../app.ts';
import { devicesFor, PROBLEM_WORDS } from '../devices.ts';
import { texts } from '../messages/language.ts';
import { canCall, showUnsupported } from '../screens/unsupported.ts';
import { wordsFor } from '../words.ts';
import { connectingScreen, showDirectCall } from './direct-call.ts';
import { ringingDialog } from './incoming-dialog.ts';
import { RING, tone } from './tone.ts';

/** Lets calls ring on every screen, as long as somebody with an account is signed in. */
export function beReachable(app: App): void {
  const { incoming } = app.client;
  const sound = tone(RING);
  /** Calls that the user has silenced, or is answering. */
  const silent = new Set<string>();
  const title = document.title;

  const silence = ({ id }: IncomingCall) => {
    silent.add(id);
    draw();
  };
  const dialog = ringingDialog({
    silence,
    accept: (call, media) => {
      silence(call);
      return accept(app, call, media);
    },
    async decline(call) {
      silence(call);
      await call.decline();
    },
  });

  const draw = () => {
    const { calls } = incoming.snapshot;
    if (calls.some(({ id }) => !silent.has(id))) sound.start();
    else sound.stop();
    const [first = null] = calls;
    document.title =
      first === null ? title : `${texts.people.incoming.calls(first.caller.name)} – ${title}`;
    dialog.draw(first, document.querySelector('.call') !== null);
  };

  const ended = ({ call, reason }: { call: IncomingCall; reason: IncomingCallEnd }) => {
    // Who has declined here knows it.
    const known = reason === 'DECLINED' && dialog.declined(call.id);
    const words = known ? null : wordsOfEnd(call, reason);
    silent.delete(call.id);
    if (words !== null) app.toast(words);
  };

  let stops: (() => void)[] = [];
  app.onAccount((account) => {
    for (const stop of stops) stop();
    stops = [];
    if (account !== null && !account.isGuest) {
      stops = [incoming.subscribe(draw), incoming.on('ended', ended)];
    }
    draw();
  });
}

async function accept(app: App, call: IncomingCall, media: 'AUDIO' | 'VIDEO'): Promise<void> {
  if (!canCall()) return showUnsupported(app);
  const { caller } = call;
  const devices = await devicesFor(media, (problem) => app.toast(PROBLEM_WORDS[problem].title));
  const connecting = connectingScreen(app, caller.name);
  const stop = app.client.incoming.on('ended', ({ call: { id }, reason }) => {
    if (id === call.id && reason === 'ANSWERED_HERE') app.show(connecting);
  });
  try {
    const joined = await call.accept({ localMedia: devices });
    if (connecting.element.isConnected) showDirectCall(app, joined, caller);
    else joined.leave();
  } catch (error) {
    devices.stop();
    app.toast(wordsFor(error));
    if (connecting.element.isConnected) await app.goToPeople();
  } finally {
    stop();
  }
}

/** What to say of a call that rings here no more; null for nothing. */
function wordsOfEnd({ caller: { name } }: IncomingCall, reason: IncomingCallEnd): string | null {
  const { elsewhere, declinedElsewhere, missed, lost } = texts.people.incoming;
  switch (reason) {
    case 'ANSWERED_HERE':
    case 'MERGED':
      return null;
    case 'ANSWERED_ELSEWHERE':
      return elsewhere(name);
    case 'DECLINED':
      return declinedElsewhere(name);
    case 'LOST':
      return lost;
    default:
      return missed(name);
  }
}
