/** Where the bytes of a file go. */
export interface FileSink {
  /** Resolves when more can be taken. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): void;
  fail(error: unknown): void;
}

/** Pieces are put together into blobs of this size, which browsers keep outside of the page's memory. */
const PART_BYTES = 1_048_576;

/** Collects a file into one `Blob`. */
export class BlobSink implements FileSink {
  readonly blob: Promise<Blob>;
  readonly #type: string;
  readonly #parts: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #resolve: (blob: Blob) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(type: string) {
    this.#type = type;
    this.blob = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#pieces.push(bytes);
    this.#bytes += bytes.byteLength;
    if (this.#bytes >= PART_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    this.#resolve(new Blob(this.#parts, { type: this.#type }));
  }

  fail(error: unknown): void {
    this.#pieces = [];
    this.#parts.length = 0;
    this.#reject(error);
  }

  #flush(): void {
    if (this.#bytes > 0) this.#parts.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#bytes = 0;
  }
}

/** Gives a file piece by piece to whoever reads the stream. */
export class StreamSink implements FileSink {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #wake = () => {};

  constructor(onCancel: () => void) {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#wake(),
      cancel: () => {
        this.#controller = null;
        this.#wake();
        onCancel();
      },
    });
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#controller?.enqueue(bytes);
    if ((this.#controller?.desiredSize ?? 1) > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.#controller?.close();
    this.#controller = null;
  }

  fail(error: unknown): void {
    this.#controller?.error(error);
    this.#controller = null;
    this.#wake();
  }
}
