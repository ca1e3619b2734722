import { html, type TemplateResult } from 'lit';
import type { ElementMessages } from './messages/english.ts';

/** What somebody sees who waits to be let in. */
export function waitingCard(
  hostTold: boolean,
  { prejoin }: ElementMessages,
  stop: () => void,
): TemplateResult {
  return html`
    <div class="waiting" part="waiting" data-testid="waiting">
      <p role="status"><span class="spinner"></span><strong>${prejoin.waiting}</strong></p>
      <p class="soft" data-testid="waiting-told">${hostTold ? prejoin.hostTold : prejoin.nobodyToAsk}</p>
      <button class="wide" type="button" data-testid="stop-waiting" @click=${stop}>${prejoin.stopWaiting}</button>
    </div>
  `;
}
