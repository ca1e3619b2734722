import type { RoomEnd, Waiting } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { icon, LINK } from './icons.ts';
import type { ElementMessages } from './messages/english.ts';

/** What a call that is not going on shows. */
type Outside =
  | { readonly state: 'joining' }
  | { readonly state: 'waiting'; readonly waiting: Waiting; readonly stop: () => void }
  | { readonly state: 'stopped'; readonly again: () => void }
  | { readonly state: 'refused'; readonly message: string; readonly again: () => void }
  | { readonly state: 'ended'; readonly end: RoomEnd; readonly again: (() => void) | null };

/** What is known of a call that is not going on. */
interface Situation {
  /** Whether the user no longer wants to wait for the host. */
  readonly stopped: boolean;
  /** Why it could not be joined. */
  readonly failure: string | null;
  readonly waiting: Waiting | null;
  readonly isUnderWay: boolean;
  readonly end: RoomEnd | null;
  /** Whether the element has joined it itself, and can do so again. */
  readonly isOwn: boolean;
  readonly again: () => void;
  readonly stop: () => void;
}

/** Which card to show; null for none. */
export function outsideOf(situation: Situation): Outside | null {
  const { stopped, failure, waiting, isUnderWay, end, isOwn, again, stop } = situation;
  if (stopped) return { state: 'stopped', again };
  if (failure !== null) return { state: 'refused', message: failure, again };
  if (waiting !== null) return { state: 'waiting', waiting, stop };
  if (isUnderWay) return { state: 'joining' };
  return end === null ? null : { state: 'ended', end, again: isOwn ? again : null };
}

/** What is shown before and after a call. */
export function outsideCard(outside: Outside, words: ElementMessages): TemplateResult {
  return html`<div class="outside">
    <section class="card" part="card" data-testid="outside" data-state=${outside.state}>
      ${content(outside, words)}
    </section>
  </div>`;
}

function content(outside: Outside, { common, ended, prejoin }: ElementMessages): TemplateResult {
  switch (outside.state) {
    case 'joining':
      return html`<span class="spinner"></span><p role="status">${prejoin.joining}</p>`;
    case 'waiting':
      return html`
        <span class="spinner"></span>
        <h2 role="status">${prejoin.waiting}</h2>
        <p>${outside.waiting.hostTold ? prejoin.hostTold : prejoin.nobodyToAsk}</p>
        ${button(prejoin.stopWaiting, outside.stop)}
      `;
    case 'stopped':
      return html`<h2>${prejoin.ready}</h2>${button(prejoin.ask, outside.again)}`;
    case 'refused':
      return html`<p role="alert">${outside.message}</p>${button(common.tryAgain, outside.again)}`;
    case 'ended':
      return html`
        <h2 role="status">${endWords(outside.end, ended)}</h2>
        ${outside.again === null ? nothing : button(ended.rejoin, outside.again)}
      `;
  }
}

function button(label: string, press: () => void): TemplateResult {
  return html`<button class="primary" type="button" data-testid="again" @click=${press}>${label}</button>`;
}

function endWords({ reason }: RoomEnd, words: ElementMessages['ended']): string {
  if (reason === 'LEFT' || reason === 'REPLACED' || reason === 'REMOVED')
    return words[reason].title;
  return reason === 'DISCONNECTED' ? words.DISCONNECTED.title : words.over;
}

/**
 * What somebody sees who is alone in a call.
 *
 * @param link the link to invite others by; empty for none
 * @param awaited the name of somebody who has answered, and comes at once; null where people come by the link
 */
export function aloneCard(
  { invite, call }: ElementMessages,
  link: string,
  awaited: string | null,
  copy: (link: string) => void,
): TemplateResult {
  if (awaited !== null) {
    return html`<section class="card" role="status" data-testid="awaited">
      <span class="spinner"></span>
      <h2 dir="auto">${call.waitingFor(awaited)}</h2>
    </section>`;
  }
  return html`<section class="card" data-testid="invite">
    <h2>${invite.title}</h2>
    ${
      link === ''
        ? nothing
        : html`
            <p>${invite.text}</p>
            <input readonly .value=${link} aria-label=${invite.link} data-testid="invite-link" />
            <button class="primary" type="button" @click=${() => copy(link)}>${icon(LINK)}${invite.copy}</button>
          `
    }
  </section>`;
}
