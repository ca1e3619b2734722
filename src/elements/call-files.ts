import type { Call, IncomingFile, ReceiveFileOptions, RemoteParticipantView } from '@peerql/client';
import { fileOffersOf } from './file-offers.ts';
import { perCall } from './per-call.ts';
import { saveFile } from './save-file.ts';

/** How far a file has come, to or from one other participant. */
export interface FileLeg {
  /** The other participant's name. */
  readonly name: string;
  /** `waiting` until the receiving side has accepted it; `over` when it will not come. */
  readonly state: 'waiting' | 'moving' | 'done' | 'over';
  readonly bytes: number;
  /** Why it is over. */
  readonly error: unknown;
}

/** A file that is received from somebody, or sent to one or several. */
export interface FileTransfer {
  readonly id: number;
  /** Without characters that could make it look like another name. */
  readonly name: string;
  readonly size: number;
  readonly incoming: boolean;
  /** Whether the user has saved it. */
  readonly saved: boolean;
  /** One for everybody to whom it is sent, or for the one who sends it. */
  readonly legs: readonly FileLeg[];
}

interface Kept {
  transfer: FileTransfer;
  readonly offer: IncomingFile | null;
  readonly stop: AbortController;
  received: Blob | null;
}

/** Controls, and marks that turn the direction of a text around: `photo<U+202E>gpj.exe` would be shown as `photoexe.jpg`. */
const MISLEADING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** A browser that shows what it saved must not take it for a page of this site. */
const NO_PAGE = 'application/octet-stream';

/** The files of a call. */
export const filesOf = perCall((call) => new CallFiles(call));

/** Whether something is still to come of it. */
export function isUnderWay({ legs }: FileTransfer): boolean {
  return legs.some(({ state }) => state === 'waiting' || state === 'moving');
}

/** Whether it is offered, and the user has not said yet whether they want it. */
export function isOffered({ incoming, legs }: FileTransfer): boolean {
  return incoming && legs[0]?.state === 'waiting';
}

/** The files that are offered, sent and received in a call, newest last. */
export class CallFiles {
  readonly #call: Call;
  readonly #listeners = new Set<() => void>();
  readonly #kept = new Map<number, Kept>();
  #snapshot: readonly FileTransfer[] = [];
  #count = 0;

  constructor(call: Call) {
    this.#call = call;
    call.on('end', () => {
      // Somebody who has accepted a file must not lose it by leaving.
      for (const { transfer } of this.#kept.values()) if (!transfer.saved) this.save(transfer.id);
    });
    fileOffersOf(call).take((file) => this.#offered(file));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly getSnapshot = (): readonly FileTransfer[] => this.#snapshot;

  /** Those of which the user has not said yet whether they want them. */
  get offered(): readonly FileTransfer[] {
    return this.#snapshot.filter(isOffered);
  }

  /** Offers a file to others. */
  send(file: File, to: readonly RemoteParticipantView[]): void {
    const names = to.map(({ user }) => user.name);
    const kept = this.#keep(file.name, file.size, names, null);
    for (const [at, { id }] of to.entries()) {
      void this.#follow(kept, at, (options) => this.#call.sendFile(file, { ...options, to: id }));
    }
  }

  accept(id: number): void {
    const kept = this.#kept.get(id);
    const offer = kept?.offer;
    // The button may still be shown, and pressed a second time.
    if (kept === undefined || !offer || !isOffered(kept.transfer)) return;
    this.#change(kept, 0, { state: 'moving' });
    void this.#follow(kept, 0, async (options) => {
      kept.received = await offer.accept(options);
    });
  }

  decline(id: number): void {
    this.#kept.get(id)?.offer?.refuse();
    this.remove(id);
  }

  /** Stops a file that is on its way, on both sides. */
  cancel(id: number): void {
    this.#kept.get(id)?.stop.abort();
  }

  /** Saves a file that has come. */
  save(id: number): void {
    const kept = this.#kept.get(id);
    if (!kept?.received) return;
    saveFile(new Blob([kept.received], { type: NO_PAGE }), kept.transfer.name);
    kept.transfer = { ...kept.transfer, saved: true };
    this.#changed();
  }

  /** Takes a file that is over, or not wanted any more, out of the list. */
  remove(id: number): void {
    this.#kept.delete(id);
    this.#changed();
  }

  #offered(offer: IncomingFile): void {
    const { participants } = this.#call.snapshot;
    const sender = participants.find(({ id }) => id === offer.from);
    const kept = this.#keep(offer.name, offer.size, [sender?.user.name ?? ''], offer);
    const { withdrawn } = offer;
    withdrawn.addEventListener('abort', () => {
      // The promise of an accepted file rejects with its own reason.
      if (!isOffered(kept.transfer)) return;
      this.#change(kept, 0, { state: 'over', error: withdrawn.reason });
    });
  }

  #keep(name: string, size: number, names: readonly string[], offer: IncomingFile | null): Kept {
    this.#count += 1;
    const kept: Kept = {
      transfer: {
        id: this.#count,
        name: name.replaceAll(MISLEADING, '').trim() || 'file',
        size,
        incoming: offer !== null,
        saved: false,
        legs: names.map((one) => ({ name: one, state: 'waiting', bytes: 0, error: null })),
      },
      offer,
      stop: new AbortController(),
      received: null,
    };
    this.#kept.set(kept.transfer.id, kept);
    this.#changed();
    return kept;
  }

  async #follow(
    kept: Kept,
    at: number,
    run: (options: ReceiveFileOptions) => Promise<void>,
  ): Promise<void> {
    const onProgress = ({ bytes }: { readonly bytes: number }) =>
      this.#change(kept, at, { state: 'moving', bytes });
    try {
      await run({ onProgress, signal: kept.stop.signal });
      this.#change(kept, at, { state: 'done', bytes: kept.transfer.size });
    } catch (error) {
      this.#change(kept, at, { state: 'over', error });
    }
  }

  #change(kept: Kept, at: number, change: Partial<FileLeg>): void {
    const { transfer } = kept;
    const legs = transfer.legs.map((leg, index) => (index === at ? { ...leg, ...change } : leg));
    kept.transfer = { ...transfer, legs };
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = [...this.#kept.values()].map(({ transfer }) => transfer);
    for (const listener of this.#listeners) listener();
  }
}
