import type { LocalParticipant, RemoteParticipantView } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  svg,
  type TemplateResult,
} from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { define } from './define.ts';
import { PeerqlElement } from './element.ts';
import { HAND, type Icon, icon, MICROPHONE_OFF, PICTURE, SCREEN } from './icons.ts';
import { initials } from './person.ts';
import { forgetPlayback, play } from './playback.ts';
import { tileStyles } from './styles/tile.ts';
import { tinted } from './tinted.ts';

/** Whom a tile can show: `call.snapshot.self`, or one of `call.snapshot.participants`. */
export type TileParticipant = LocalParticipant | RemoteParticipantView;

/** The state of the connection to whom the tile shows. */
export type TileState = 'connected' | 'connecting' | 'reconnecting' | 'failed';

/**
 * The video of one participant, with their name and state, or the screen that they share.
 * @example
 * tile.participant = call.snapshot.participants[0];
 */
export class PeerqlTile extends PeerqlElement {
  static override properties: PropertyDeclarations = {
    participant: { attribute: false },
    own: { type: Boolean },
    screen: { type: Boolean },
    floating: { state: true },
  };
  static override styles: CSSResultGroup = [PeerqlElement.styles, tileStyles];

  /** Whom to show. Set the object of each new snapshot. Default: null, which shows nothing. */
  declare participant: TileParticipant | null;
  /** Whether this is the local participant, who is shown mirrored and without sound. Default: false. */
  declare own: boolean;
  /** Whether to show the shared screen instead of the camera, uncropped. Default: false. */
  declare screen: boolean;
  /** Whether the video is in a window of its own, picture in picture. The tile sets it. */
  declare floating: boolean;
  #stream: MediaStream | null = null;

  constructor() {
    super();
    this.participant = null;
    this.own = false;
    this.screen = false;
    this.floating = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is only moved is back by then, and its video plays on.
    queueMicrotask(() => {
      if (!this.isConnected) this.#show(null);
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { participant } = this;
    if (participant === null) return nothing;
    return this.screen ? this.#shared(participant) : this.#person(participant);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const { participant } = this;
    const stream = this.screen ? participant?.screen : participant?.stream;
    this.#show(this.isConnected ? (stream ?? null) : null);
    if (participant !== null) this.#reflect(participant);
    // The window of a camera that is off would show its last picture.
    const isOn = this.screen ? participant?.screen : participant?.media.video;
    if (!isOn) this.#land();
  }

  #person(participant: TileParticipant): TemplateResult {
    const { words, own } = this;
    const { user, media, role } = participant;
    const { quality, speaking, nameIsConfusable } = observed(participant);
    const state = this.#stateOf(participant);
    const { guest, guestTitle, host, lookAlike, lookAlikeTitle, you } = words.common;
    const measured = !own && quality !== 'unknown';
    return html`
      <figure class=${classMap({ own, speaking })} part="base">
        <div class="avatar" part="avatar" aria-hidden="true" ${tinted(user.id)}>${initials(user.name)}</div>
        <video part="video" autoplay playsinline .muted=${own} ?hidden=${!media.video}
          @enterpictureinpicture=${this.#floats} @leavepictureinpicture=${this.#floats}></video>
        ${
          state === 'connected'
            ? nothing
            : html`<p class="state" part="state"><span class="spinner"></span><span>${words.tile[state]}</span></p>`
        }
        ${media.video ? this.#floatButton(participant) : nothing}
        ${participant.handRaised ? mark('hand', HAND, words.tile.handRaised) : nothing}
        <figcaption part="caption">
          ${media.audio ? nothing : mark('muted', MICROPHONE_OFF, words.tile.muted, words.tile.mutedTitle)}
          <bdi class="name" part="name">${own ? you(user.name) : user.name}</bdi>
          ${role === 'HOST' ? html`<span class="tag" part="tag">${host}</span>` : nothing}
          ${user.isGuest ? html`<span class="tag" part="tag" data-testid="guest" title=${guestTitle}>${guest}</span>` : nothing}
          ${nameIsConfusable ? html`<span class="tag" part="tag" data-testid="look-alike" title=${lookAlikeTitle}>${lookAlike}</span>` : nothing}
          ${participant.recording ? html`<span class="tag" part="tag" data-testid="records">${words.recording.mark}</span>` : nothing}
          ${
            measured
              ? html`<span class="quality ${quality}" part="quality" title=${words.quality[quality]}>
                  ${bars()}<span class="sr-only">${words.quality[quality]}</span>
                </span>`
              : nothing
          }
        </figcaption>
      </figure>
    `;
  }

  #shared(participant: TileParticipant): TemplateResult {
    const { user } = participant;
    return html`
      <figure class="screen" part="base">
        <video part="video" autoplay playsinline .muted=${true}
          @enterpictureinpicture=${this.#floats} @leavepictureinpicture=${this.#floats}></video>
        ${this.#floatButton(participant)}
        <figcaption part="caption">
          ${icon(SCREEN)}<bdi class="name" part="name">${this.words.tile.screenOf(user.name)}</bdi>
        </figcaption>
      </figure>
    `;
  }

  #floatButton(participant: TileParticipant): TemplateResult | typeof nothing {
    // Nobody needs a window to see themselves.
    if (!document.pictureInPictureEnabled || !('peerState' in participant)) return nothing;
    const { pictureInPicture, leavePictureInPicture } = this.words.tile;
    const label = this.floating ? leavePictureInPicture : pictureInPicture;
    return html`<button class="round float" part="float" type="button" data-testid="float"
      aria-label=${label} title=${label} @click=${() => this.#float()}>${icon(PICTURE)}</button>`;
  }

  #float(): void {
    if (this.floating) {
      this.#land();
      return;
    }
    // Refused before the first picture, which the button can wait for: nothing has changed.
    this.renderRoot
      .querySelector('video')
      ?.requestPictureInPicture()
      .catch(() => {});
  }

  #land(): void {
    if (this.floating) document.exitPictureInPicture().catch(() => {});
  }

  readonly #floats = ({ type }: Event): void => {
    this.floating = type === 'enterpictureinpicture';
  };

  /** Attributes that a page's own style sheet can select. */
  #reflect(participant: TileParticipant): void {
    const { id, user, media, role, handRaised } = participant;
    const { quality, speaking } = observed(participant);
    this.dataset.participant = id;
    this.dataset.name = user.name;
    if (this.screen) return;
    Object.assign(this.dataset, {
      audio: String(media.audio),
      video: String(media.video),
      speaking: String(speaking),
      quality,
      role,
      hand: String(handRaised),
      state: this.#stateOf(participant),
    });
  }

  #stateOf(participant: TileParticipant): TileState {
    if (this.own || !('peerState' in participant)) return 'connected';
    const { connection, peerState } = participant;
    if (peerState === 'failed') return 'failed';
    if (connection === 'RECONNECTING' || peerState === 'reconnecting') return 'reconnecting';
    return peerState === 'connecting' ? 'connecting' : 'connected';
  }

  #show(stream: MediaStream | null): void {
    const video = this.renderRoot.querySelector('video');
    if (video === null || (video.srcObject === stream && this.#stream === stream)) return;
    this.#stream = stream;
    video.srcObject = stream;
    if (stream === null) {
      forgetPlayback(video);
      this.#land();
    } else play(video);
  }
}

/** What only a connection tells; of oneself there is none. */
function observed(participant: TileParticipant) {
  if ('quality' in participant) return participant;
  return { quality: 'unknown', speaking: false, nameIsConfusable: false } as const;
}

function mark(name: 'hand' | 'muted', lines: Icon, words: string, title?: string): TemplateResult {
  return html`<span class=${name} part=${name} title=${title ?? nothing}>
    ${icon(lines)}<span class="sr-only">${words}</span>
  </span>`;
}

/** Three bars, of which the style sheet lights as many as fit the quality. */
function bars(): TemplateResult {
  const sizes = [
    [1, 5],
    [6.25, 9],
    [11.5, 13],
  ] as const;
  return html`<svg class="bars" viewBox="0 0 16 16" aria-hidden="true">
    ${sizes.map(
      ([x, height]) =>
        svg`<rect x=${x} y=${15 - height} width="3.5" height=${height} rx="1"></rect>`,
    )}
  </svg>`;
}

define('peerql-tile', PeerqlTile);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-tile': PeerqlTile;
  }
}
