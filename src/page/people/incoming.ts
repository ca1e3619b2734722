import type { IncomingCall, IncomingCallEnd } from '../../client/index.ts';
import type { App, Screen } from '../app.ts';
import { devicesFor, PROBLEM_WORDS } from '../devices.ts';
import { texts } from '../messages/language.ts';
import { canCall, showUnsupported } from '../screens/unsupported.ts';
import { wordsFor } from '../words.ts';
import { connectingScreen, showDirectCall } from './direct-call.ts';
import { ringingDialog } from './incoming-dialog.ts';
import { KNOCK, RING, tone } from './tone.ts';

/** How long a call that was accepted in a notification may take to ring here, in milliseconds. */
const WANTED_MS = 8_000;

/**
 * Lets calls ring on every screen, as long as somebody with an account is signed in. Returns a function that answers a call
 * as soon as it rings here, because the user has accepted it in a notification.
 */
export function beReachable(app: App): (callId: string) => void {
  const { incoming } = app.client;
  const sounds = { ring: tone(RING), knock: tone(KNOCK) };
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

  /** A call to answer as soon as it rings here. */
  let wanted: string | null = null;

  const answerWanted = () => {
    const call = incoming.snapshot.calls.find(({ id }) => id === wanted);
    if (call === undefined) return;
    wanted = null;
    silence(call);
    void accept(app, call, call.media);
  };

  const draw = () => {
    answerWanted();
    const { calls } = incoming.snapshot;
    const [first = null] = calls;
    const inCall = document.querySelector('.call') !== null;
    const sounding = calls.every(({ id }) => silent.has(id)) ? null : inCall ? 'knock' : 'ring';
    for (const name of ['ring', 'knock'] as const) {
      if (name === sounding) sounds[name].start();
      else sounds[name].stop();
    }
    document.title =
      first === null ? title : `${texts.people.incoming.calls(first.caller.name)} – ${title}`;
    dialog.draw(first, inCall || first?.waiting === true);
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
  return (callId) => {
    wanted = callId;
    draw();
    setTimeout(() => {
      if (wanted !== callId) return;
      wanted = null;
      app.toast(texts.push.over);
    }, WANTED_MS);
  };
}

async function accept(app: App, call: IncomingCall, media: 'AUDIO' | 'VIDEO'): Promise<void> {
  if (!canCall()) return showUnsupported(app);
  const { caller } = call;
  const devices = await devicesFor(media, (problem) => app.toast(PROBLEM_WORDS[problem].title));
  let connecting: Screen | null = null;
  const isShown = () => connecting?.element.isConnected === true;
  const stop = app.client.incoming.on('ended', ({ call: { id }, reason }) => {
    if (id !== call.id || reason !== 'ANSWERED_HERE') return;
    connecting = connectingScreen(app, caller.name);
    app.show(connecting);
  });
  try {
    const joined = await call.accept({ localMedia: devices });
    if (isShown()) showDirectCall(app, joined, caller);
    else joined.leave();
  } catch (error) {
    devices.stop();
    app.toast(wordsFor(error));
    if (isShown()) await app.goToPeople();
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
