import { PeerqlError } from './errors.ts';
import { type FileWord, type Piece, WINDOW_BYTES } from './file-frames.ts';
import { BlobSink, type FileSink, StreamSink } from './file-sinks.ts';
import type { IncomingFile, ReceiveFileOptions } from './incoming-file.ts';
import { callEach } from './report.ts';

/** The other side is told this often how much is here. */
const CONFIRM_BYTES = WINDOW_BYTES / 4;

export interface ReceivingFileOptions {
  readonly id: number;
  readonly from: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly tell: (word: FileWord) => void;
  /** @param complete whether all of it is here */
  readonly onOver: (complete: boolean) => void;
}

/** A file that the other side offers and, once accepted, sends. */
export class ReceivingFile implements IncomingFile {
  readonly from: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly #options: ReceivingFileOptions;
  readonly #withdrawn = new AbortController();
  #sink: FileSink | null = null;
  #onProgress: ReceiveFileOptions['onProgress'];
  #signal: AbortSignal | undefined;
  /** What has come, and what the sink has taken of it, in bytes. */
  #received = 0;
  #taken = 0;
  #confirmed = 0;
  #writing: Promise<void> = Promise.resolve();
  #over: { readonly error: unknown } | null = null;

  constructor(options: ReceivingFileOptions) {
    const { from, name, size, type } = options;
    this.from = from;
    this.name = name;
    this.size = size;
    this.type = type;
    this.#options = options;
  }

  get withdrawn(): AbortSignal {
    return this.#withdrawn.signal;
  }

  async accept(options: ReceiveFileOptions = {}): Promise<Blob> {
    const sink = new BlobSink(this.type);
    this.#begin(sink, options);
    return await sink.blob;
  }

  stream(options: ReceiveFileOptions = {}): ReadableStream<Uint8Array> {
    const sink = new StreamSink(() => this.#stop(cancelled()));
    this.#begin(sink, options);
    return sink.stream;
  }

  refuse(): void {
    if (this.#sink === null && this.#over === null) this.#stop(answered());
  }

  /** The sender offers it again on a new connection. */
  offeredAgain(): void {
    if (this.#sink !== null) this.#tell('accept', this.#received);
  }

  receive({ at, bytes }: Piece): void {
    // A piece that was sent twice, because the connection was lost in between.
    if (this.#sink === null || this.#over !== null || at < this.#received) return;
    const end = at + bytes.byteLength;
    const isTooMuch = end > this.size || end - this.#taken > WINDOW_BYTES;
    if (at > this.#received || isTooMuch) {
      this.#stop(new PeerqlError('PROTOCOL', 'The other side has sent what it may not send.'));
      return;
    }
    this.#received = end;
    const sink = this.#sink;
    this.#writing = this.#writing.then(async () => {
      if (this.#over !== null) return;
      await sink.write(bytes);
      this.#taken = end;
      this.#confirm();
    });
  }

  /** It will not come: the sender has taken it back or is gone. */
  fail(error: unknown): void {
    if (this.#over !== null) return;
    this.#over = { error };
    this.#end(false);
    this.#sink?.fail(error);
    this.#withdrawn.abort(error);
  }

  #begin(sink: FileSink, { onProgress, signal }: ReceiveFileOptions): void {
    if (this.#over !== null || this.#sink !== null) {
      sink.fail(this.#over?.error ?? answered());
      return;
    }
    this.#sink = sink;
    this.#onProgress = onProgress;
    this.#signal = signal;
    if (signal?.aborted === true) {
      this.#stop(signal.reason);
      return;
    }
    signal?.addEventListener('abort', this.#aborted);
    this.#tell('accept', 0);
    if (this.size === 0) this.#confirm();
  }

  readonly #aborted = () => this.#stop(this.#signal?.reason);

  #confirm(): void {
    const isComplete = this.#taken === this.size;
    if (this.#over !== null) return;
    if (!isComplete && this.#taken - this.#confirmed < CONFIRM_BYTES) return;
    this.#confirmed = this.#taken;
    this.#tell('received', this.#taken);
    const progress = { bytes: this.#taken, totalBytes: this.size };
    if (this.#onProgress !== undefined) callEach([this.#onProgress], progress);
    if (!isComplete) return;
    this.#over = { error: answered() };
    this.#end(true);
    this.#sink?.close();
  }

  #stop(error: unknown): void {
    if (this.#over !== null) return;
    this.#options.tell({ type: 'refuse', id: this.#options.id });
    this.#over = { error };
    this.#end(false);
    this.#sink?.fail(error);
  }

  #end(complete: boolean): void {
    this.#signal?.removeEventListener('abort', this.#aborted);
    this.#options.onOver(complete);
  }

  #tell(type: 'accept' | 'received', bytes: number): void {
    this.#options.tell({ type, id: this.#options.id, bytes });
  }
}

export function cancelled(): PeerqlError {
  return new PeerqlError('FILE_CANCELLED', 'The transfer was stopped.');
}

function answered(): PeerqlError {
  return new PeerqlError('FILE_ANSWERED', 'This file was accepted or refused already.');
}
