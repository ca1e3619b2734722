import type { Call, CallSnapshot } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { ElementMessages } from './messages/english.ts';
import { recordedHere } from './recorded-here.ts';

/** What is said above the videos: that the connection is lost, who records, and short notices. */
export function aboveVideos(
  call: Call,
  { state, self, participants }: CallSnapshot,
  notices: readonly string[],
  words: ElementMessages,
): TemplateResult {
  const others = participants.filter(({ recording }) => recording);
  return html`
    <div class="above">
      <p class="status" part="status" role="status" data-testid="reconnecting" ?hidden=${state !== 'reconnecting'}>
        <span class="spinner"></span>${words.call.reconnecting}
      </p>
      <div class="recordings" role="status" data-testid="recordings">
        ${self.recording ? ownRecording(call, words) : nothing}
        ${others.map(
          ({ user }) =>
            html`<p class="recording" part="recording" dir="auto"><span class="dot"></span>${words.recording.by(user.name)}</p>`,
        )}
      </div>
      <div class="notices" role="status">
        ${notices.map((text) => html`<p class="notice" part="notice" dir="auto">${text}</p>`)}
      </div>
    </div>
  `;
}

function ownRecording(call: Call, { recording }: ElementMessages): TemplateResult {
  // It is loaded already, since it has begun the recording.
  const stop = async () => (await import('./call-recorder.ts')).recorderOf(call).stop();
  return html`<p class="recording own" part="recording">
    <span class="dot"></span>${recording.own}
    ${
      recordedHere.has(call)
        ? html`<button class="small" type="button" data-testid="stop-recording" @click=${() => void stop()}>${recording.stop}</button>`
        : nothing
    }
  </p>`;
}
