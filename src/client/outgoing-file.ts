import { PeerqlError } from './errors.ts';
import { type FileWord, PIECE_BYTES, pieceFrame, WINDOW_BYTES } from './file-frames.ts';
import type { SendFileOptions } from './incoming-file.ts';
import { callEach } from './report.ts';

/** How much of the file is read at once, in bytes: a whole number of pieces. */
const BLOCK_BYTES = 64 * PIECE_BYTES;

export interface OutgoingFileOptions extends SendFileOptions {
  readonly id: number;
  readonly file: Blob;
  /** Rejects when there is no connection now. */
  readonly write: (data: string | ArrayBuffer, bytes: number) => Promise<void>;
  readonly onOver: () => void;
}

/** A file on its way to the other side. */
export class OutgoingFile {
  readonly done: Promise<void>;
  readonly #options: OutgoingFileOptions;
  #settle: { resolve: () => void; reject: (error: unknown) => void } = {
    resolve: () => {},
    reject: () => {},
  };
  /** What the other side has confirmed, in bytes. */
  #confirmed = 0;
  /** The number of the attempt to send: each new connection makes another, from where the other side is. */
  #run = 0;
  #wasAccepted = false;
  #over = false;
  #wake = () => {};

  constructor(options: OutgoingFileOptions) {
    this.#options = options;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    options.signal?.addEventListener('abort', this.#aborted);
    this.offer();
  }

  /** Offers it, or offers it again on a new connection; the other side answers how much of it it has. */
  offer(): void {
    const { id, file, name } = this.#options;
    // What an earlier attempt has still in hand does not belong on this connection.
    this.#run += 1;
    this.#wake();
    const given = name ?? ('name' in file && typeof file.name === 'string' ? file.name : '');
    this.#tell({ type: 'offer', id, name: given, size: file.size, mime: file.type });
  }

  /** The other side wants it, from this byte on. */
  accepted(from: number): void {
    if (this.#over || from > this.#options.file.size) return;
    this.confirmed(from);
    this.#wasAccepted = true;
    this.#run += 1;
    this.#wake();
    void this.#send(from, this.#run);
  }

  /** The other side has this much of it. */
  confirmed(bytes: number): void {
    const { file, onProgress } = this.#options;
    if (this.#over || bytes < this.#confirmed || bytes > file.size) return;
    this.#confirmed = bytes;
    this.#wake();
    if (onProgress !== undefined) callEach([onProgress], { bytes, totalBytes: file.size });
  }

  /** The other side has all of it. */
  complete(): void {
    if (this.#confirmed === this.#options.file.size) this.#end(this.#settle.resolve);
  }

  refused(): void {
    const error = this.#wasAccepted
      ? new PeerqlError('FILE_CANCELLED', 'The other side has stopped the transfer.')
      : new PeerqlError('FILE_REFUSED', 'The other side does not want this file.');
    this.fail(error);
  }

  fail(error: unknown): void {
    this.#end(() => this.#settle.reject(error));
  }

  readonly #aborted = () => {
    this.#tell({ type: 'withdraw', id: this.#options.id });
    this.fail(this.#options.signal?.reason);
  };

  async #send(from: number, run: number): Promise<void> {
    const { file, id, write } = this.#options;
    for (let start = from; start < file.size; start += BLOCK_BYTES) {
      const block = await this.#read(start);
      for (let inner = 0; inner < (block?.byteLength ?? 0); inner += PIECE_BYTES) {
        const bytes = block?.subarray(inner, inner + PIECE_BYTES) ?? new Uint8Array();
        const at = start + inner;
        await this.#window(at + bytes.byteLength, run);
        if (run !== this.#run || this.#over) return;
        const frame = pieceFrame({ id, at, bytes });
        const written = await write(frame, frame.byteLength).then(
          () => true,
          () => false,
        );
        // Without a connection it waits for the next, on which the other side says from where to go on.
        if (!written) return;
      }
    }
  }

  async #read(start: number): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const block = this.#options.file.slice(start, start + BLOCK_BYTES);
      return new Uint8Array(await block.arrayBuffer());
    } catch (error) {
      // For example a file that was changed or removed meanwhile.
      this.#tell({ type: 'withdraw', id: this.#options.id });
      this.fail(error);
      return null;
    }
  }

  /** Waits until the other side has so much of it that it can take the bytes up to here. */
  async #window(end: number, run: number): Promise<void> {
    while (run === this.#run && !this.#over && end - this.#confirmed > WINDOW_BYTES) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #tell(word: FileWord): void {
    const text = JSON.stringify(word);
    this.#options.write(text, text.length).catch(() => {});
  }

  #end(settle: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#wake();
    this.#options.signal?.removeEventListener('abort', this.#aborted);
    this.#options.onOver();
    settle();
  }
}
