import type { App, Screen } from '../app.ts';
import { h, setText } from '../dom.ts';
import { type Field, showFailure } from '../field.ts';
import { header } from '../header.ts';

export interface FormCardOptions {
  readonly testId: string;
  readonly title: string;
  readonly text: string;
  readonly field: Field;
  /** The label of the button. */
  readonly action: string;
  /** Submits the form. An error that it throws is shown in the form. */
  readonly submit: () => Promise<void>;
  /** Shown below the button. */
  readonly below?: HTMLElement;
}

/** A screen that asks for one thing. */
export function formCard(app: App, options: FormCardOptions): Screen {
  const { field } = options;
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'form-error' });
  const button = h(
    'button.primary.wide',
    { type: 'submit', 'data-testid': 'submit' },
    options.action,
  );

  const submit = async () => {
    field.fail('');
    setText(error, '');
    button.disabled = true;
    try {
      await options.submit();
    } catch (cause) {
      showFailure(cause, [field], error);
    } finally {
      button.disabled = false;
    }
  };

  const form = h(
    'form.card',
    {
      'data-testid': options.testId,
      submit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    h('h1', { tabindex: -1 }, options.title),
    h('p', {}, options.text),
    field.row,
    error,
    button,
    options.below ?? null,
  );
  return { element: h('div.page', {}, header(app), h('main.center', {}, form)) };
}
