import type { Call, CallSnapshot } from '../../client/index.ts';
import { texts } from '../messages/language.ts';
import type { Prompt } from './prompts.ts';

/** The requests of others: knocks, and being asked to mute. */
interface Requests {
  /** @param hasSound whether the user's microphone is on */
  readonly prompts: (knocks: CallSnapshot['knocks'], hasSound: boolean) => readonly Prompt[];
  readonly dispose: () => void;
}

/** What the host may do about a knock. Each reports its own failure. */
interface KnockAnswers {
  readonly admit: (knockId: string) => void;
  readonly deny: (knockId: string) => void;
}

interface Answers {
  readonly mute: () => void;
  /** Shows everybody who waits. */
  readonly all: () => void;
  readonly changed: () => void;
}

/** Further knocks are shown as a number. */
const KNOCKS_SHOWN = 2;

export function requests(call: Call, host: KnockAnswers, answers: Answers): Requests {
  let muteAsked = false;
  const settle = (mute: boolean) => {
    muteAsked = false;
    if (mute) answers.mute();
    answers.changed();
  };
  const stop = call.on('muteRequested', () => {
    muteAsked = call.snapshot.self.media.audio;
    answers.changed();
  });
  return {
    dispose: stop,
    prompts(knocks, hasSound) {
      if (!hasSound) muteAsked = false;
      const more = knocks.length - KNOCKS_SHOWN;
      return [
        ...(muteAsked
          ? [
              {
                key: 'mute',
                text: texts.mute.asked,
                actions: [
                  { label: texts.mute.now, testId: 'mute-now', run: () => settle(true) },
                  { label: texts.mute.later, testId: 'mute-later', run: () => settle(false) },
                ],
              },
            ]
          : []),
        ...knocks.slice(0, KNOCKS_SHOWN).map(({ knockId, user }) => ({
          key: knockId,
          text: texts.knocks.asks(user.name),
          actions: [
            { label: texts.knocks.letIn, testId: 'prompt-admit', run: () => host.admit(knockId) },
            { label: texts.knocks.no, testId: 'prompt-deny', run: () => host.deny(knockId) },
          ],
        })),
        ...(more > 0
          ? [
              {
                key: `more-${more}`,
                text: texts.knocks.more(more),
                actions: [{ label: texts.knocks.seeAll, testId: 'prompt-all', run: answers.all }],
              },
            ]
          : []),
      ];
    },
  };
}
