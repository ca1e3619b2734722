import type { Call, CallSnapshot } from '../../client/index.ts';
import type { HostActions } from './host-tools.ts';
import type { Prompt } from './prompts.ts';

/** What others ask of oneself. */
interface Requests {
  /** @param hasSound whether one's microphone is on */
  readonly prompts: (knocks: CallSnapshot['knocks'], hasSound: boolean) => readonly Prompt[];
  readonly dispose: () => void;
}

interface Answers {
  readonly mute: () => void;
  /** Shows all who wait. */
  readonly all: () => void;
  readonly changed: () => void;
}

/** More than these are told as a number. */
const KNOCKS_SHOWN = 2;

export function requests(
  call: Call,
  host: Pick<HostActions, 'admit' | 'deny'>,
  answers: Answers,
): Requests {
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
                text: 'The host asks you to mute your microphone.',
                actions: [
                  { label: 'Mute', testId: 'mute-now', run: () => settle(true) },
                  { label: 'Not now', testId: 'mute-later', run: () => settle(false) },
                ],
              },
            ]
          : []),
        ...knocks.slice(0, KNOCKS_SHOWN).map(({ knockId, user }) => ({
          key: knockId,
          text: `${user.name} asks to be let in.`,
          actions: [
            { label: 'Let in', testId: 'prompt-admit', run: () => host.admit(knockId) },
            { label: 'No', testId: 'prompt-deny', run: () => host.deny(knockId) },
          ],
        })),
        ...(more > 0
          ? [
              {
                key: `more-${more}`,
                text: more === 1 ? 'One more waits.' : `${more} more wait.`,
                actions: [{ label: 'See all', testId: 'prompt-all', run: answers.all }],
              },
            ]
          : []),
      ];
    },
  };
}
