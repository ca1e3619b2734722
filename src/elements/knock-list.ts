import type { Knock } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AllMessages } from './messages/all-words.ts';

interface KnockActions {
  readonly admit: (knockId: string) => void;
  readonly deny: (knockId: string) => void;
  readonly denyAndBan: (knockId: string, name: string) => void;
}

/** Those who wait to be let in. */
export function knockList(
  knocks: readonly Knock[],
  { knocks: words }: AllMessages,
  { admit, deny, denyAndBan }: KnockActions,
): TemplateResult | typeof nothing {
  if (knocks.length === 0) return nothing;
  return html`
    <section class="knocks" part="knocks" data-testid="knocks">
      <h3>${words.title}</h3>
      <ul>
        ${repeat(
          knocks,
          ({ knockId }) => knockId,
          ({ knockId, user: { name } }) => html`
            <li class="person" part="knock" data-testid="knock" data-name=${name}>
              <bdi class="name">${name}</bdi>
              <span class="marks">
                <button class="primary small" type="button" data-testid="admit" aria-label=${words.letInName(name)} @click=${() => admit(knockId)}>
                  ${words.letIn}
                </button>
                <button class="small" type="button" data-testid="deny" aria-label=${words.noName(name)} @click=${() => deny(knockId)}>
                  ${words.no}
                </button>
                <button class="small danger" type="button" data-testid="deny-and-ban" aria-label=${words.banName(name)} @click=${() => denyAndBan(knockId, name)}>
                  ${words.ban}
                </button>
              </span>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
