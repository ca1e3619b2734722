import { wordOf } from './channel-word.ts';

/** The word that tells the other side whether this side records the call. */
export function recordingWord(on: boolean): string {
  return JSON.stringify({ type: 'recording', on });
}

/** Whether the other side says that it records; null when a frame is about something else. */
export function recordingIn(frame: string | ArrayBuffer): boolean | null {
  const word = wordOf('recording', frame);
  return word && word.on === true;
}
