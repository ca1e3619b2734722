import type { CallSnapshot } from '@peerql/client';
import { type CSSResultGroup, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CallElement } from './call-element.ts';
import { define } from './define.ts';
import { fitTiles } from './grid.ts';
import { stageStyles } from './styles/stage.ts';
import type { TileParticipant } from './tile.ts';
import './tile.ts';
import { UnseenVideo } from './unseen-video.ts';

const TILE_PARTS =
  'base:tile-base, video:tile-video, caption:tile-caption, name:tile-name, avatar:tile-avatar';

/**
 * The videos of a call: everybody in a grid of tiles of one size, and shared screens above it. Video that nobody can see is
 * not received.
 * @example
 * stage.call = await client.joinRoom(roomId, { stream });
 */
export class PeerqlStage extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, stageStyles];

  readonly #resized = new ResizeObserver(() => this.#layOut());

  constructor() {
    super();
    new UnseenVideo(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override updated(): void {
    this.#layOut();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot, words } = this;
    if (snapshot === null) return nothing;
    const { self, participants } = snapshot;
    const alone = participants.length === 0;
    // By user, not by stay: somebody with a new stay keeps their place.
    return html`
      ${this.#screens(snapshot)}
      <div class="grid" part="grid" role="group" aria-label=${words.call.grid} data-testid="grid">
        ${alone ? html`<div class="empty" part="empty"><slot name="empty"></slot></div>` : nothing}
        ${repeat(
          participants,
          ({ user }) => user.id,
          (participant) => this.#tile(participant, { testId: 'tile' }),
        )}
        ${this.#tile(self, { testId: 'self-tile', own: true })}
      </div>
    `;
  }

  #screens({ self, participants }: CallSnapshot): TemplateResult | typeof nothing {
    const shared = [...participants, self].filter(({ screen }) => screen !== null);
    if (shared.length === 0) return nothing;
    return html`<div class="screens" part="screens" data-testid="screens">
      ${repeat(
        shared,
        ({ user }) => user.id,
        (one) => this.#tile(one, { testId: 'screen-tile', screen: true }),
      )}
    </div>`;
  }

  #tile(
    participant: TileParticipant,
    { testId, own = false, screen = false }: { testId: string; own?: boolean; screen?: boolean },
  ): TemplateResult {
    return html`<peerql-tile
      part="tile"
      exportparts=${TILE_PARTS}
      data-testid=${testId}
      .messages=${this.messages}
      .participant=${participant}
      ?own=${own}
      ?screen=${screen}
    ></peerql-tile>`;
  }

  #layOut(): void {
    const grid = this.renderRoot.querySelector<HTMLElement>('.grid');
    if (grid !== null) fitTiles(grid, this.renderRoot.querySelector('.screens') !== null);
  }
}

define('peerql-stage', PeerqlStage);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-stage': PeerqlStage;
  }
}
