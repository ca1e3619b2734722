import { type FirstOffer, makeFirstOffer } from './first-offer.ts';

/** How long an unused offer is kept, in milliseconds. */
const KEPT_MS = 5 * 60_000;

/** The offer of the next join, made before it is needed: a browser takes 10 to 25 milliseconds for it. */
export class EarlyOffer {
  #made: Promise<FirstOffer | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes an offer, unless there is one. */
  make(): void {
    this.#made ??= makeFirstOffer({});
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), KEPT_MS);
  }

  /** Hands over the offer that was made; null when there is none. */
  take(): Promise<FirstOffer | null> | null {
    const made = this.#made;
    this.#made = null;
    clearTimeout(this.#timer);
    return made;
  }

  /** Discards an offer that no join has taken. */
  close(): void {
    void this.take()?.then((offer) => offer?.connection.close());
  }
}
