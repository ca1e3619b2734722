/** How long the browser may take to begin to save a file, in milliseconds. */
const SAVE_MS = 60_000;

/** Lets the browser save a file where it keeps downloads, or where the user says. */
export function saveFile(content: Blob, name: string): void {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVE_MS);
}
