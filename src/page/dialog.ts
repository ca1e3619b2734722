import { h } from './dom.ts';
import { icon } from './icons.ts';
import { texts } from './messages/language.ts';

/** A window over the page, which holds the keyboard until it is closed. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  readonly toggle: () => void;
}

/** @param opening called before it is shown, to bring what it shows up to date */
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
      // A click beside it: the dialog's own box is filled by its content.
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
