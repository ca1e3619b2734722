import { fstatSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Writes text; then calls `done` with the error, if any, and how many bytes were written. */
type Sink = (text: Buffer, done: (error: Error | null, written: number) => void) => void;

/** How many bytes may wait for a reader that is too slow; later lines are dropped. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;
/** How long to wait after a failure before it is tried again, in milliseconds. */
const RETRY_MS = 500;
/** After one of these errors, nobody will read any further output. */
const FINAL: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'EBADF',
  'ERR_STREAM_DESTROYED',
]);

/**
 * Writes lines to standard output in the background. Nobody waits for it, even if the disk is full or the reader is
 * gone or paused. Lines that cannot be kept are dropped and counted.
 */
export class LogOutput {
  /** Lines that were dropped. */
  dropped = 0;
  readonly #sink: Sink;
  readonly #fd: number;
  #lines: string[] = [];
  #bytes = 0;
  /** The text that the sink has not written yet. */
  #writing: Buffer | null = null;
  #gone = false;
  #retry: NodeJS.Timeout | null = null;
  #onProgress: () => void = () => {};

  /** @param stdout the stream of the file descriptor `fd` */
  constructor(stdout: Writable, fd: number) {
    this.#fd = fd;
    this.#sink = isFile(fd) ? fileSink(fd) : streamSink(stdout);
    process.once('exit', () => this.#writeLast());
  }

  /** Takes a line, or several that belong together, including the line break at the end. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#gone || this.#bytes + bytes > BACKLOG_LIMIT) {
      this.dropped += countLines(line);
      return;
    }
    this.#lines.push(line);
    this.#bytes += bytes;
    if (this.#writing === null) this.#next();
  }

  /** Resolves once everything is written, or the reader is gone, or nothing was written for `patienceMs`. */
  async settled(patienceMs: number): Promise<void> {
    if (this.#gone || (this.#writing === null && this.#lines.length === 0)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onProgress = () => {
        timer.refresh();
        if (!this.#gone && (this.#writing !== null || this.#lines.length > 0)) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onProgress = () => {};
  }

  #next(): void {
    this.#retry = null;
    if (this.#writing === null) {
      if (this.#lines.length === 0) return;
      this.#writing = Buffer.from(this.#lines.join(''));
      this.#lines = [];
    }
    this.#sink(this.#writing, (error, written) => this.#wrote(error, written));
  }

  #wrote(error: Error | null, written: number): void {
    const rest = this.#writing?.subarray(written);
    this.#bytes -= written;
    this.#writing = rest === undefined || rest.length === 0 ? null : rest;
    if (error === null) this.#next();
    else if ('code' in error && FINAL.has(error.code)) this.#giveUp();
    else this.#retry = setTimeout(() => this.#next(), RETRY_MS).unref();
    if (written > 0 || this.#gone) this.#onProgress();
  }

  #giveUp(): void {
    this.#gone = true;
    this.dropped += countLines((this.#writing?.toString() ?? '') + this.#lines.join(''));
    this.#writing = null;
    this.#lines = [];
    this.#bytes = 0;
  }

  /** At the end of the process, writes what has not been tried yet, or what a full disk has refused, once more. */
  #writeLast(): void {
    if (this.#gone || (this.#writing !== null && this.#retry === null)) return;
    try {
      writeSync(this.#fd, (this.#writing?.toString() ?? '') + this.#lines.join(''));
    } catch {
      // There is nobody left to tell.
    }
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

function fileSink(fd: number): Sink {
  return (text, done) => write(fd, text, (error, written) => done(error, error ? 0 : written));
}

/**
 * For pipes, sockets and terminals. A pipe must not block: a thread that waits in a write would keep the process from
 * ending.
 */
function streamSink(stream: Writable): Sink {
  doNotBlock(stream);
  // The callback below gets the error, too; but without a listener the error would end the process.
  stream.on('error', () => {});
  return (text, done) => {
    stream.write(text, (error) => done(error ?? null, error ? 0 : text.length));
  };
}

/** Node.js writes to pipes synchronously, and has no public way to change that. */
function doNotBlock(stream: Writable): void {
  const handle: unknown = '_handle' in stream ? stream._handle : null;
  if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
  if (typeof handle.setBlocking === 'function') handle.setBlocking(false);
}
