import type { CallSnapshot } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FileTransfer } from './call-files.ts';
import { fileSize } from './file-size.ts';
import type { ElementMessages } from './messages/english.ts';

/** What the user can do about the requests of others. */
export interface Answers {
  readonly mute: (yes: boolean) => void;
  readonly admit: (knockId: string) => void;
  readonly deny: (knockId: string) => void;
  /** Shows everybody who waits. */
  readonly all: () => void;
  readonly acceptFile: (id: number) => void;
  readonly declineFile: (id: number) => void;
}

/** What others ask of the user. */
export interface Requests {
  readonly mute: boolean;
  readonly knocks: CallSnapshot['knocks'];
  /** The files that are offered. */
  readonly files: readonly FileTransfer[];
}

interface Prompt {
  readonly key: string;
  readonly text: string;
  /** The first is the recommended one. */
  readonly actions: readonly {
    readonly label: string;
    readonly testId: string;
    readonly run: () => void;
  }[];
}

/** Further knocks are shown as a number, further files when these are answered. */
const KNOCKS_SHOWN = 2;
const FILES_SHOWN = 2;

/**
 * The requests of others, as questions with buttons: being asked to mute, knocks, and files.
 */
export function promptList(
  asked: Requests,
  words: ElementMessages,
  language: string,
  answers: Answers,
): TemplateResult {
  return html`
    ${repeat(
      prompts(asked, words, language, answers),
      ({ key }) => key,
      ({ text, actions }) => html`
          <div class="prompt" part="prompt" data-testid="prompt">
            <p dir="auto">${text}</p>
            <div class="actions">
              ${actions.map(
                ({ label, testId, run }, index) => html`
                  <button class=${index === 0 ? 'primary' : nothing} type="button" data-testid=${testId} @click=${run}>
                    ${label}
                  </button>
                `,
              )}
            </div>
          </div>
        `,
    )}
  `;
}

function prompts(
  { mute, knocks, files }: Requests,
  words: ElementMessages,
  language: string,
  answers: Answers,
): readonly Prompt[] {
  const { asked, now, later } = words.mute;
  const { asks, letIn, no, more, seeAll } = words.knocks;
  const hidden = knocks.length - KNOCKS_SHOWN;
  const toMute: Prompt = {
    key: 'mute',
    text: asked,
    actions: [
      { label: now, testId: 'mute-now', run: () => answers.mute(true) },
      { label: later, testId: 'mute-later', run: () => answers.mute(false) },
    ],
  };
  const others: Prompt = {
    key: `more-${hidden}`,
    text: more(hidden),
    actions: [{ label: seeAll, testId: 'prompt-all', run: answers.all }],
  };
  return [
    ...(mute ? [toMute] : []),
    ...knocks.slice(0, KNOCKS_SHOWN).map(({ knockId, user }) => ({
      key: knockId,
      text: asks(user.name),
      actions: [
        { label: letIn, testId: 'prompt-admit', run: () => answers.admit(knockId) },
        { label: no, testId: 'prompt-deny', run: () => answers.deny(knockId) },
      ],
    })),
    ...(hidden > 0 ? [others] : []),
    ...files.slice(0, FILES_SHOWN).map(({ id, name, size, legs }) => ({
      key: `file-${id}`,
      text: words.offers.asks(legs[0]?.name ?? '', name, fileSize(size, language)),
      actions: [
        { label: words.offers.accept, testId: 'prompt-accept', run: () => answers.acceptFile(id) },
        {
          label: words.offers.decline,
          testId: 'prompt-decline',
          run: () => answers.declineFile(id),
        },
      ],
    })),
  ];
}
