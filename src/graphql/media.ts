import type { MediaState } from '../domain/room/participant.ts';
import { builder } from './builder.ts';

export const MediaStateInput = builder.inputType('MediaStateInput', {
  description: 'What a participant sends.',
  fields: (t) => ({
    audio: t.boolean({ defaultValue: false, description: 'Whether its microphone is on.' }),
    video: t.boolean({ defaultValue: false, description: 'Whether its camera is on.' }),
    screen: t.boolean({ defaultValue: false, description: 'Whether it shows its screen.' }),
  }),
});

interface GivenMedia {
  readonly audio?: boolean | null | undefined;
  readonly video?: boolean | null | undefined;
  readonly screen?: boolean | null | undefined;
}

/** Reads a whole state: a missing field is off. */
export function readMedia(given: GivenMedia): MediaState {
  return {
    audio: given.audio ?? false,
    video: given.video ?? false,
    screen: given.screen ?? false,
  };
}

/** Reads a change: a missing field does not change. */
export function readMediaChange(given: GivenMedia): Partial<MediaState> {
  return {
    ...(typeof given.audio === 'boolean' && { audio: given.audio }),
    ...(typeof given.video === 'boolean' && { video: given.video }),
    ...(typeof given.screen === 'boolean' && { screen: given.screen }),
  };
}
