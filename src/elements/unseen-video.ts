import type { Call } from '@peerql/client';
import type { ReactiveController } from 'lit';
import type { CallElement } from './call-element.ts';
import type { PeerqlTile } from './tile.ts';

/** How long a tile is out of sight before its video is paused, so that a look into another tab pauses nothing. */
const UNSEEN_MS = 5_000;

/** Receives no video for tiles that nobody can see: scrolled away, not displayed, or in a hidden page. */
export class UnseenVideo implements ReactiveController {
  readonly #host: CallElement;
  readonly #outside = new WeakSet<Element>();
  readonly #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#outside.delete(target);
      else this.#outside.add(target);
    }
    this.#look();
  });
  #call: Call | null = null;
  /** The ids of whom the tiles show. */
  #shown = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: CallElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#look);
  }

  hostUpdated(): void {
    const { call } = this.#host;
    if (call !== this.#call) this.#resumeAll();
    this.#call = call;
    const tiles = this.#tiles();
    const shown = tiles.map(({ participant }) => participant?.id).join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const tile of tiles) this.#observer.observe(tile);
    this.#look();
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#look);
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    this.#shown = '';
    this.#resumeAll();
  }

  /** Resumes at once, and pauses later. */
  readonly #look = (): void => {
    this.#ask(false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(true), UNSEEN_MS);
  };

  #ask(pauses: boolean): void {
    for (const tile of this.#tiles()) {
      const isSeen = tile.floating || !(document.hidden || this.#outside.has(tile));
      if (!isSeen && !pauses) continue;
      const slot = tile.screen ? 'screen' : 'video';
      this.#call?.setReceiving(tile.participant?.id ?? '', { [slot]: isSeen });
    }
  }

  /** The call may go on without the element. */
  #resumeAll(): void {
    for (const { id } of this.#call?.snapshot.participants ?? []) {
      this.#call?.setReceiving(id, { video: true, screen: true });
    }
  }

  #tiles(): PeerqlTile[] {
    return [...this.#host.renderRoot.querySelectorAll('peerql-tile')];
  }
}
