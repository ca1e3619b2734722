import type { Call, IncomingFile } from '@peerql/client';
import { perCall } from './per-call.ts';

/** The files that others offer in a call. From the first time on they are kept, and not refused. */
export const fileOffersOf = perCall((call) => new FileOffers(call));

/** Keeps offers until what shows them is loaded. */
export class FileOffers {
  #waiting: IncomingFile[] = [];
  #take: (offer: IncomingFile) => void = (offer) => this.#waiting.push(offer);

  constructor(call: Call) {
    call.on('fileOffered', (offer) => this.#take(offer));
  }

  /** Takes those that wait, and all that come. */
  take(take: (offer: IncomingFile) => void): void {
    this.#take = take;
    for (const offer of this.#waiting.splice(0)) take(offer);
  }
}
