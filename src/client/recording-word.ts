/** The word that tells the other side whether this side records the call. */
export function recordingWord(on: boolean): string {
  return JSON.stringify({ type: 'recording', on });
}

/** Whether the other side says that it records; null when a frame is about something else. */
export function recordingIn(frame: string | ArrayBuffer): boolean | null {
  if (typeof frame !== 'string') return null;
  try {
    const word: Partial<Record<string, unknown>> = Object(JSON.parse(frame));
    return word.type === 'recording' ? word.on === true : null;
  } catch {
    return null;
  }
}
