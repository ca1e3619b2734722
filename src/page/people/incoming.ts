import type { IncomingCall, IncomingCallEnd } from '../../client/index.ts';
import type { App, Screen } from '../app.ts';
import { h } from '../dom.ts';
import { texts } from '../messages/language.ts';
import { canCall, showUnsupported } from '../screens/unsupported.ts';
import { wordsFor } from '../words.ts';
import { connectingScreen, showDirectCall } from './direct-call.ts';

/** How long a call that was accepted in a notification may take to ring here, in milliseconds. */
const WANTED_MS = 8_000;

/**
 * Lets calls ring on every screen, as long as somebody with an account is signed in. Returns a function that answers a call
 * as soon as it rings here, because the user has accepted it in a notification.
 */
export function beReachable(app: App): (callId: string) => void {
  const { incoming } = app.client;
  const ringing = h('peerql-incoming', {});
  const title = document.title;
  /** The id of the call that the user has declined here last. */
  let declinedId = '';
  /** A call to answer as soon as it rings here. */
  let wanted: string | null = null;

  const answerWanted = () => {
    const call = incoming.snapshot.calls.find(({ id }) => id === wanted);
    if (call === undefined) return;
    wanted = null;
    void ringing.accept(call);
  };

  const draw = () => {
    ringing.inCall = document.querySelector('.call') !== null;
    answerWanted();
    const [first] = incoming.snapshot.calls;
    document.title =
      first === undefined ? title : `${texts.incoming.calls(first.caller.name)} – ${title}`;
  };

  const ended = ({ call, reason }: { call: IncomingCall; reason: IncomingCallEnd }) => {
    // Who has declined here knows it.
    const known = reason === 'DECLINED' && call.id === declinedId;
    const words = known ? null : wordsOfEnd(call, reason);
    if (words !== null) app.toast(words);
  };

  ringing.addEventListener('peerql-declined', ({ detail }) => {
    declinedId = detail.incoming.id;
  });
  ringing.addEventListener('peerql-device-problem', ({ detail }) =>
    app.toast(texts.devices.problems[detail.problem].title),
  );
  showAnswered(app, ringing);
  // Another call that rings only knocks from now on.
  ringing.addEventListener('peerql-answered', draw);
  document.body.append(ringing);

  let stops: (() => void)[] = [];
  app.onAccount((account) => {
    for (const stop of stops) stop();
    stops = [];
    const reachable = account !== null && !account.isGuest;
    if (reachable) stops = [incoming.subscribe(draw), incoming.on('ended', ended)];
    ringing.client = reachable ? app.client : null;
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

/** Shows the call that the user has answered, unless they have gone to another screen meanwhile. */
function showAnswered(app: App, ringing: HTMLElementTagNameMap['peerql-incoming']): void {
  const connecting = new Map<string, Screen>();
  /** Whether the call is still waited for. */
  const isAwaited = ({ id }: IncomingCall) => {
    const screen = connecting.get(id);
    connecting.delete(id);
    return screen?.element.isConnected === true;
  };
  ringing.addEventListener('peerql-answering', ({ detail: { incoming } }) => {
    const screen = connectingScreen(app, incoming.caller.name);
    connecting.set(incoming.id, screen);
    app.show(screen);
  });
  ringing.addEventListener('peerql-answered', ({ detail: { incoming, call } }) => {
    if (isAwaited(incoming)) showDirectCall(app, call, incoming.caller);
    else call.leave();
  });
  ringing.addEventListener('peerql-answer-failed', ({ detail: { incoming, error } }) => {
    if (!canCall()) return showUnsupported(app);
    app.toast(wordsFor(error));
    if (isAwaited(incoming)) void app.goToPeople();
  });
}

/** What to tell the user about a call that does not ring here any more; null: nothing. */
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
