import type { App } from './app.ts';

/** Copies a link and says so; where the clipboard is barred, shows the link to copy by hand. */
export async function copy(app: App, link: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    app.toast('Link copied. Send it to whoever should join.');
  } catch {
    window.prompt('Copy this link:', link);
  }
}
