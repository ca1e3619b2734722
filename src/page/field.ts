import { InvalidInputError } from '../client/index.ts';
import { h, setText } from './dom.ts';
import { wordsFor, wordsForIssue } from './words.ts';

/** A labelled input of a form. */
export interface Field {
  readonly label: string;
  readonly row: HTMLElement;
  readonly input: HTMLInputElement;
  /** Shows what is wrong with it; an empty text clears the message. */
  readonly fail: (text: string) => void;
}

/** @param name the name of the field in the schema's input; the server's issues refer to it */
export function field(
  name: string,
  label: string,
  attributes: Record<string, string | number | boolean>,
): Field {
  const hint = h('span.field-error', { id: `${name}-error`, 'data-testid': `${name}-error` });
  const input = h('input', {
    id: name,
    name,
    required: true,
    'data-testid': name,
    'aria-describedby': hint.id,
    ...attributes,
  });
  const row = h('div.field', {}, h('label', { for: name }, label), input, hint);
  const fail = (text: string) => {
    setText(hint, text);
    input.setAttribute('aria-invalid', String(text !== ''));
  };
  return { label, row, input, fail };
}

/** Shows why a form was refused: next to the fields concerned, and otherwise in `error`. */
export function showFailure(cause: unknown, fields: readonly Field[], error: HTMLElement): void {
  if (!(cause instanceof InvalidInputError)) {
    setText(error, wordsFor(cause));
    return;
  }
  for (const issue of cause.issues) {
    const at = fields.find(({ input }) => issue.path.split('.').at(-1) === input.name);
    if (at === undefined) setText(error, `${issue.path}: ${wordsForIssue(issue)}`);
    else at.fail(wordsForIssue(issue));
  }
}
