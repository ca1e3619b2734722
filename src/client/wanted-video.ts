import { wordOf } from './channel-word.ts';

/** Which video of somebody is wanted: of their camera, and of the screen that they share. */
export interface WantedVideo {
  readonly video: boolean;
  readonly screen: boolean;
}

export const ALL_VIDEO: WantedVideo = { video: true, screen: true };

export function isSame(one: WantedVideo, other: WantedVideo): boolean {
  return one.video === other.video && one.screen === other.screen;
}

/** The word that asks for this video and no other. */
export function wantWord({ video, screen }: WantedVideo): string {
  return JSON.stringify({ type: 'want', video, screen });
}

/** What a frame asks for; null when it is about something else. Only what is refused is not wanted. */
export function wantIn(frame: string | ArrayBuffer): WantedVideo | null {
  const word = wordOf('want', frame);
  return word && { video: word.video !== false, screen: word.screen !== false };
}
