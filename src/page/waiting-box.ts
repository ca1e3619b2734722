import { h, setText } from './dom.ts';
import { texts } from './messages/language.ts';

/** Tells the user that they wait to be let in, and lets them stop. */
interface WaitingBox {
  readonly element: HTMLElement;
  /** @param hostTold whether a host is in the room and was told */
  show(hostTold: boolean, stop: () => void): void;
  hide(): void;
}

export function waitingBox(): WaitingBox {
  let stop: () => void = () => {};
  const button = h(
    'button.wide',
    { type: 'button', 'data-testid': 'stop-waiting', click: () => stop() },
    texts.lobby.stopWaiting,
  );
  const told = h('p.soft', { 'data-testid': 'waiting-told' });
  const element = h(
    'div.waiting',
    { hidden: true, 'data-testid': 'waiting' },
    h('p', { role: 'status' }, h('span.spinner', {}), h('strong', {}, texts.lobby.waiting)),
    told,
    button,
  );
  return {
    element,
    show(hostTold, giveUp) {
      stop = giveUp;
      setText(told, hostTold ? texts.lobby.hostTold : texts.lobby.nobodyToAsk);
      element.hidden = false;
      button.focus();
    },
    hide() {
      element.hidden = true;
    },
  };
}
