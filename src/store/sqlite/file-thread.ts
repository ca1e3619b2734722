import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { UnavailableError } from '../../domain/errors.ts';
import { packageFile } from '../../package-file.ts';
import { isLate, lateError } from './trouble.ts';

export type Value = string | number | null;

type Work =
  | { readonly how: 'first' | 'all' | 'run'; readonly sql: string; readonly values: Value[] }
  | { readonly how: 'probe' | 'purge' | 'close' };

/** How long an answer is waited for, in milliseconds: a disk may stand still, and the thread with it. */
const ANSWER_MS = 10_000;
/** How often it is looked which answers are late, in milliseconds. */
const LATE_EVERY_MS = 500;

interface Pending {
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string | null; readonly message: string };
}

/**
 * The thread that owns an open SQLite file. A read sees every write that was asked for before it, unless that one waits
 * for another process; it may see one that was asked for after it, but before its answer. Writes that come together reach
 * the disk together.
 *
 * What is asked within one turn of the event loop is one message to the thread: under load, a message costs more than
 * what most requests do.
 */
export class FileThread {
  readonly #worker: Worker;
  readonly #onLost: (error: Error) => void;
  readonly #pending = new Map<number, Pending>();
  /** What was asked in this turn. */
  readonly #asked: (Work & { readonly id: number })[] = [];
  readonly #exited: Promise<void>;
  #lastId = 0;
  #ended = false;
  readonly #watch: NodeJS.Timeout;
  /** When late answers were looked for last. */
  #lookedAt = performance.now();

  /**
   * @param options.busyMs how long a write waits for another process, in milliseconds
   * @param options.onLost called once if the thread ends unexpectedly
   * @param program the worker of the thread
   */
  constructor(
    options: {
      readonly path: string;
      readonly busyMs: number;
      readonly onLost: (error: Error) => void;
    },
    program = new Worker(packageFile('store/sqlite/worker.mjs'), {
      workerData: { path: options.path, busyMs: options.busyMs },
      // The flags of the process are for its main thread only.
      execArgv: [],
    }),
  ) {
    this.#onLost = options.onLost;
    this.#worker = program;
    this.#worker.unref();
    this.#worker.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.#settle(answer);
    });
    // An error of the thread is cloned on its way, and not every error arrives as an Error.
    this.#worker.on('error', (error: unknown) =>
      this.#lost(error instanceof Error && error.message ? error.message : JSON.stringify(error)),
    );
    this.#watch = setInterval(() => this.#refuseLate(), LATE_EVERY_MS).unref();
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        clearInterval(this.#watch);
        this.#lost(`it exited with ${code}`);
        resolve();
      });
    });
  }

  /**
   * Rejects with the error of SQLite, with `UnavailableError` if the thread has ended, and with an error that `isLate` if
   * it has not answered `withinMs` milliseconds later.
   */
  run(work: Work, withinMs = ANSWER_MS): Promise<unknown> {
    if (this.#ended) return Promise.reject(new UnavailableError('The store is closed.'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { deadline: performance.now() + withinMs, resolve, reject });
      // The thread keeps the process alive only while an answer is pending.
      if (this.#pending.size === 1) this.#worker.ref();
      this.#asked.push({ id, ...work });
      if (this.#asked.length === 1)
        setImmediate(() => this.#worker.postMessage(this.#asked.splice(0)));
    });
  }

  /** Finishes the requests made before, closes the file, and ends the thread. Then nothing holds the file any more. */
  async close(): Promise<void> {
    const closed = this.run({ how: 'close' });
    this.#ended = true;
    const failure = await closed.then(
      () => null,
      (error: unknown) => error,
    );
    // SQLite closes the file, with a lock on all of it, when the last prepared statement is gone: with the thread.
    if (isLate(failure)) clearInterval(this.#watch);
    else {
      this.#worker.ref();
      await this.#exited;
    }
    if (failure !== null) throw failure;
  }

  #refuseLate(): void {
    const now = performance.now();
    // If this process was paused, the answers may have come without having been read.
    const wasPaused = now - this.#lookedAt > 2 * LATE_EVERY_MS;
    this.#lookedAt = now;
    if (wasPaused || this.#pending.size === 0) return;
    for (const [id, { deadline, reject }] of this.#pending) {
      if (now < deadline) continue;
      this.#pending.delete(id);
      reject(lateError());
    }
    if (this.#pending.size === 0) this.#worker.unref();
  }

  #settle({ id, result, error }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (error === undefined) pending?.resolve(result);
    else if (error.code === null) pending?.reject(new Error(error.message));
    else pending?.reject(new Database.SqliteError(error.message, error.code, 0));
  }

  #lost(reason: string): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new UnavailableError('The database is gone.'));
    if (this.#ended) return;
    this.#ended = true;
    this.#onLost(new Error(`The thread that owns the database has ended: ${reason}.`));
  }
}
