import { PeerqlError, type PushState } from '../../client/index.ts';
import type { App } from '../app.ts';
import { h, setText } from '../dom.ts';
import { texts } from '../messages/language.ts';
import { pushOptions } from '../people/pushed.ts';
import { wordsFor } from '../words.ts';

/** Switches notifications of calls on and off in this browser. */
export function pushCard({ client: { push } }: App): HTMLElement {
  const words = texts.push;
  const answer = h('p.soft', { role: 'status', 'data-testid': 'push-answer' }, words.explained);
  const choice = h('input', {
    type: 'checkbox',
    'data-testid': 'push',
    disabled: true,
    change: () => void change(choice.checked),
  });
  const show = (state: PushState) => {
    const isPossible = state === 'ON' || state === 'OFF';
    choice.checked = state === 'ON';
    choice.disabled = !isPossible;
    setText(answer, isPossible ? words.explained : words.obstacles[state]);
  };
  const change = async (on: boolean) => {
    choice.disabled = true;
    try {
      await (on ? push.enable(pushOptions()) : push.disable());
      show(on ? 'ON' : 'OFF');
    } catch (error) {
      await look();
      setText(answer, reasonOf(error));
    }
  };
  const look = async () => {
    try {
      show(await push.state());
    } catch (error) {
      setText(answer, reasonOf(error));
    }
  };
  void look();
  return h(
    'section.card',
    {},
    h('h2', {}, words.heading),
    h('label.check', {}, choice, words.label),
    answer,
  );
}

function reasonOf(error: unknown): string {
  const { obstacles } = texts.push;
  if (error instanceof PeerqlError && error.code in obstacles) {
    return obstacles[error.code as keyof typeof obstacles];
  }
  return wordsFor(error);
}
