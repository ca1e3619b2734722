import type { LocalParticipant, RemoteParticipantView } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { CAMERA_OFF, HAND, type Icon, icon, LOCK, MICROPHONE_OFF, MORE } from './icons.ts';
import type { AllMessages } from './messages/all-words.ts';
import { initials } from './person.ts';
import { tinted } from './tinted.ts';

/** Somebody in the list of people. */
export type ListedPerson = LocalParticipant | RemoteParticipantView;

interface RowOptions {
  /** Whether it is the local participant. */
  readonly own: boolean;
  /** Whether there is a button for the host's tools, and whether they are shown. */
  readonly hasTools: boolean;
  readonly isOpen: boolean;
  readonly toggle: () => void;
  readonly requestMute: () => void;
  readonly remove: (ban: boolean) => void;
  /** The safety code to compare with this person; null while it is not shown. */
  readonly code: string | null;
  readonly toggleCode: () => void;
}

/** Somebody's name and state, and what the host may do about them. */
export function personRow(
  person: ListedPerson,
  words: AllMessages,
  options: RowOptions,
): TemplateResult {
  const { user, role, media, handRaised } = person;
  const { common, tile } = words;
  const isTwin = 'nameIsConfusable' in person && person.nameIsConfusable;
  return html`
    <li part="item" data-testid="person" data-name=${user.name}>
      <div class="person" part="person">
        <span class="avatar" part="avatar" aria-hidden="true" ${tinted(user.id)}>${initials(user.name)}</span>
        <bdi class="name" part="name">${options.own ? common.you(user.name) : user.name}</bdi>
        ${role === 'HOST' ? html`<span class="tag" part="tag">${common.host}</span>` : nothing}
        ${user.isGuest ? html`<span class="tag" part="tag" data-testid="guest" title=${common.guestTitle}>${common.guest}</span>` : nothing}
        ${isTwin ? html`<span class="tag" part="tag" data-testid="look-alike" title=${common.lookAlikeTitle}>${common.lookAlike}</span>` : nothing}
        <span class="marks">
          ${handRaised ? mark(HAND, tile.handRaised) : nothing}
          ${media.audio ? nothing : mark(MICROPHONE_OFF, tile.muted)}
          ${media.video ? nothing : mark(CAMERA_OFF, tile.cameraOff)}
        </span>
        ${options.own ? nothing : codeButton(person, words, options)}
        ${options.hasTools ? toolsButton(person, words, options) : nothing}
      </div>
      ${options.code === null ? nothing : codeOf(options.code, words)}
      ${options.hasTools ? tools(person, words, options) : nothing}
    </li>
  `;
}

function codeButton(
  { user }: ListedPerson,
  { safetyCode }: AllMessages,
  { code, toggleCode }: RowOptions,
): TemplateResult {
  return html`
    <button
      class="round quiet"
      part="code-button"
      type="button"
      data-testid="compare-code"
      title=${safetyCode.compare(user.name)}
      aria-label=${safetyCode.compare(user.name)}
      aria-expanded=${String(code !== null)}
      @click=${toggleCode}
    >
      ${icon(LOCK)}
    </button>
  `;
}

function codeOf(code: string, { safetyCode }: AllMessages): TemplateResult {
  return html`
    <div class="code" part="code" role="status">
      <p class="soft">${safetyCode.howTo}</p>
      <p class="digits" data-testid="safety-code" dir="ltr">${code}</p>
    </div>
  `;
}

function toolsButton(
  { id, user }: ListedPerson,
  { hostTools }: AllMessages,
  { isOpen, toggle }: RowOptions,
): TemplateResult {
  return html`
    <button
      class="round quiet"
      part="tools-button"
      type="button"
      data-testid="person-tools"
      aria-label=${hostTools.about(user.name)}
      aria-expanded=${String(isOpen)}
      aria-controls=${`tools-${id}`}
      @click=${toggle}
    >
      ${icon(MORE)}
    </button>
  `;
}

function tools(
  { id, media }: ListedPerson,
  { hostTools }: AllMessages,
  { isOpen, requestMute, remove }: RowOptions,
): TemplateResult {
  return html`
    <div class="tools" part="tools" id=${`tools-${id}`} ?hidden=${!isOpen}>
      <button class="small" type="button" data-testid="request-mute" ?disabled=${!media.audio} @click=${requestMute}>
        ${hostTools.askToMute}
      </button>
      <button class="small" type="button" data-testid="remove" @click=${() => remove(false)}>
        ${hostTools.remove}
      </button>
      <button class="small" type="button" data-testid="ban" @click=${() => remove(true)}>
        ${hostTools.ban}
      </button>
    </div>
  `;
}

function mark(lines: Icon, words: string): TemplateResult {
  return html`<span title=${words}>${icon(lines)}<span class="sr-only">${words}</span></span>`;
}
