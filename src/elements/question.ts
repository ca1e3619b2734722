import type { Call } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { ElementMessages } from './messages/english.ts';

/** What is asked before something that cannot be undone. */
export interface Question {
  readonly text: string;
  /** What to know before one answers. */
  readonly detail?: string;
  /** The label of the confirming button. */
  readonly action: string;
  readonly run: (call: Call) => Promise<void>;
}

/**
 * The dialog with a question; its element has to call `showModal`. It is not the browser's own dialog, which would stop
 * the page and with it the call's connection to the server.
 *
 * @param answered called with whether the user confirmed; Escape means no
 */
export function questionDialog(
  question: Question | null,
  { common }: ElementMessages,
  answered: (yes: boolean) => void,
): TemplateResult | typeof nothing {
  if (question === null) return nothing;
  const close = (event: Event) => {
    const { currentTarget: button } = event;
    if (!(button instanceof HTMLButtonElement)) return;
    button.closest('dialog')?.close(button.value);
  };
  return html`
    <dialog
      part="question"
      data-testid="confirm"
      aria-labelledby="question"
      @close=${({ target }: Event) =>
        answered(target instanceof HTMLDialogElement && target.returnValue === 'yes')}
    >
      <div class="question">
        <h2 id="question" dir="auto">${question.text}</h2>
        ${question.detail === undefined ? nothing : html`<p>${question.detail}</p>`}
        <div class="answers">
          <button type="button" value="no" data-testid="confirm-no" @click=${close}>${common.cancel}</button>
          <button class="danger" type="button" value="yes" data-testid="confirm-yes" @click=${close}>${question.action}</button>
        </div>
      </div>
    </dialog>
  `;
}
