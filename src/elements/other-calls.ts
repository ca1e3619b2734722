import type { IncomingCall } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { CAMERA, icon, LEAVE, PHONE } from './icons.ts';
import type { AllMessages } from './messages/all-words.ts';

export interface OtherCalls {
  readonly calls: readonly IncomingCall[];
  readonly words: AllMessages['incoming'];
  /** Whether the answer to a call is under way. */
  readonly busy: (call: IncomingCall) => boolean;
  readonly accept: (call: IncomingCall) => void;
  readonly decline: (call: IncomingCall) => void;
}

/** The calls that ring while another one is shown: each can be answered, without declining the one before. */
export function otherCalls({ calls, words, busy, accept, decline }: OtherCalls) {
  if (calls.length === 0) return nothing;
  const row = (call: IncomingCall): TemplateResult => {
    const { name } = call.caller;
    const disabled = busy(call);
    return html`
      <li data-testid="other-call" data-name=${name}>
        <span class="other-name" dir="auto">${words.calls(name)}</span>
        <button
          class="round primary"
          part="accept-other"
          type="button"
          data-testid="accept-other"
          aria-label=${words.acceptFrom(name)}
          title=${words.acceptFrom(name)}
          ?disabled=${disabled}
          @click=${() => accept(call)}
        >
          ${icon(call.media === 'AUDIO' ? PHONE : CAMERA)}
        </button>
        <button
          class="round danger"
          part="decline-other"
          type="button"
          data-testid="decline-other"
          aria-label=${words.declineFrom(name)}
          title=${words.declineFrom(name)}
          ?disabled=${disabled}
          @click=${() => decline(call)}
        >
          ${icon(LEAVE)}
        </button>
      </li>
    `;
  };
  return html`
    <section class="others" part="others" aria-labelledby="others-title">
      <h3 id="others-title">${words.others}</h3>
      <ul>
        ${calls.map(row)}
      </ul>
    </section>
  `;
}
