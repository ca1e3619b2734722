/** What a frame of text says, if it is a word of this type; null when it is about something else. */
export function wordOf(
  type: string,
  frame: string | ArrayBuffer,
): Partial<Record<string, unknown>> | null {
  if (typeof frame !== 'string') return null;
  try {
    const word: Partial<Record<string, unknown>> = Object(JSON.parse(frame));
    return word.type === type ? word : null;
  } catch {
    return null;
  }
}
