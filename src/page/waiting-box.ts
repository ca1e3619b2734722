import { h } from './dom.ts';

/** Says that somebody waits before a room, and lets them stop. */
interface WaitingBox {
  readonly element: HTMLElement;
  show(stop: () => void): void;
  hide(): void;
}

export function waitingBox(): WaitingBox {
  let stop: () => void = () => {};
  const button = h(
    'button.wide',
    { type: 'button', 'data-testid': 'stop-waiting', click: () => stop() },
    'Stop waiting',
  );
  const element = h(
    'div.waiting',
    { hidden: true, 'data-testid': 'waiting' },
    h('p', { role: 'status' }, h('span.spinner', {}), h('strong', {}, 'Waiting to be let in')),
    h('p.soft', {}, 'The host was told that you are here. Keep this page open.'),
    button,
  );
  return {
    element,
    show(giveUp) {
      stop = giveUp;
      element.hidden = false;
      button.focus();
    },
    hide() {
      element.hidden = true;
    },
  };
}
