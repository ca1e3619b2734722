import { h } from './dom.ts';
import { icon } from './icons.ts';
import { texts } from './messages/language.ts';

/** A modal dialog, which keeps the keyboard focus until it is closed. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  readonly toggle: () => void;
}

/** @param opening called before it is shown, to update its content */
export function dialog(
  name: string,
  title: string,
  content: readonly HTMLElement[],
  opening: () => void = () => {},
): Dialog {
  const heading = h('h2', { id: `${name}-title` }, title);
  const element = h(
    'dialog',
    {
      'data-testid': name,
      'aria-labelledby': heading.id,
      // A click outside: the content fills the dialog's box, so only the backdrop has the dialog itself as its target.
      click: (event) => {
        if (event.target === element) element.close();
      },
    },
    h(
      'div.dialog-box',
      {},
      h(
        'header',
        {},
        heading,
        h(
          'button.round.quiet',
          {
            type: 'button',
            'aria-label': texts.common.close,
            'data-testid': `close-${name}`,
            click: () => element.close(),
          },
          icon('close'),
        ),
      ),
      ...content,
    ),
  );
  return {
    element,
    toggle: () => {
      if (element.open) return element.close();
      opening();
      element.showModal();
    },
  };
}
