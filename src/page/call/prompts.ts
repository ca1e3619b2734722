import { h } from '../dom.ts';

/** A question with buttons, shown over the videos. */
export interface Prompt {
  readonly key: string;
  readonly text: string;
  /** The first is the recommended one. */
  readonly actions: readonly {
    readonly label: string;
    readonly testId: string;
    readonly run: () => void;
  }[];
}

/** The place where prompts are shown, and announced to screen readers. */
export interface Prompts {
  readonly element: HTMLElement;
  draw(prompts: readonly Prompt[]): void;
}

export function promptList(): Prompts {
  const shown = new Map<string, HTMLElement>();
  const element = h('div.prompts', { role: 'status', 'data-testid': 'prompts' });
  return {
    element,
    draw(prompts) {
      const wanted = new Set(prompts.map(({ key }) => key));
      for (const [key, card] of shown) {
        if (wanted.has(key)) continue;
        card.remove();
        shown.delete(key);
      }
      for (const prompt of prompts) {
        if (shown.has(prompt.key)) continue;
        const card = promptCard(prompt);
        shown.set(prompt.key, card);
        element.append(card);
      }
    },
  };
}

function promptCard({ text, actions }: Prompt): HTMLElement {
  return h(
    'div.prompt',
    { 'data-testid': 'prompt' },
    h('p', { dir: 'auto' }, text),
    h(
      'div.actions',
      {},
      ...actions.map(({ label, testId, run }, index) =>
        h(
          index === 0 ? 'button.primary' : 'button',
          { type: 'button', 'data-testid': testId, click: run },
          label,
        ),
      ),
    ),
  );
}
