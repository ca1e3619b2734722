import { h } from './dom.ts';
import { texts } from './messages/language.ts';

/**
 * Asks before something that cannot be undone. Resolves to whether the user confirmed; Escape means no. It does not use
 * the browser's own dialog, which would stop the page and with it the call's connection to the server.
 *
 * @param action the label of the confirming button
 */
export function confirmed(question: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    const title = h('h2', { id: 'confirm-title', dir: 'auto' }, question);
    const close = (value: string) => () => element.close(value);
    const element = h(
      'dialog',
      {
        'data-testid': 'confirm',
        'aria-labelledby': title.id,
        close: () => {
          element.remove();
          resolve(element.returnValue === 'yes');
        },
      },
      h(
        'div.dialog-box',
        {},
        title,
        h(
          'div.actions',
          {},
          h(
            'button',
            { type: 'button', 'data-testid': 'confirm-no', click: close('no') },
            texts.common.cancel,
          ),
          h(
            'button.danger',
            { type: 'button', 'data-testid': 'confirm-yes', click: close('yes') },
            action,
          ),
        ),
      ),
    );
    document.body.append(element);
    element.showModal();
  });
}
