import type { Call, IncomingFile } from '@peerql/client';

const known = new WeakMap<Call, FileOffers>();

/** The files that others offer in a call. From the first time on they are kept, and not refused. */
export function fileOffersOf(call: Call): FileOffers {
  const offers = known.get(call) ?? new FileOffers(call);
  known.set(call, offers);
  return offers;
}

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
