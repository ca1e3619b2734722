import type { App } from './app.ts';
import { texts } from './messages/language.ts';

/** Copies a link and says so. If the clipboard is blocked, shows the link to copy by hand. */
export async function copy(app: App, link: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    app.toast(texts.link.copied);
  } catch {
    window.prompt(texts.link.byHand, link);
  }
}
