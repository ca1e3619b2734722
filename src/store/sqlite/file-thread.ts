import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { UnavailableError } from '../../domain/errors.ts';

export type Value = string | number | null;

type Work =
  | { readonly how: 'first' | 'all' | 'run'; readonly sql: string; readonly values: Value[] }
  | { readonly how: 'probe' | 'purge' | 'close' };

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string | null; readonly message: string };
}

/**
 * The thread that owns an open SQLite file. Work is done in the order in which it comes, but that reads overtake a write
 * that waits for another process.
 */
export class FileThread {
  readonly #worker: Worker;
  readonly #onLost: (error: Error) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #ended = false;

  /**
   * @param options.busyMs how long a write waits for another process, in milliseconds
   * @param options.onLost called when the thread has ended by itself, once
   * @param program the thread's own
   */
  constructor(
    options: {
      readonly path: string;
      readonly busyMs: number;
      readonly onLost: (error: Error) => void;
    },
    program = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { path: options.path, busyMs: options.busyMs },
      // What the process was started with is for its own thread.
      execArgv: [],
    }),
  ) {
    this.#onLost = options.onLost;
    this.#worker = program;
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    // What a thread throws is copied on its way, and not every error arrives as one.
    this.#worker.on('error', (error: unknown) =>
      this.#lost(error instanceof Error && error.message ? error.message : JSON.stringify(error)),
    );
    this.#worker.on('exit', (code) => this.#lost(`it exited with ${code}`));
  }

  /** Rejects with what SQLite says, or with `UnavailableError` when the thread is gone. */
  run(work: Work): Promise<unknown> {
    if (this.#ended) return Promise.reject(new UnavailableError('The store is closed.'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // While somebody waits for an answer the process goes on; the thread alone keeps none alive.
      if (this.#pending.size === 1) this.#worker.ref();
      this.#worker.postMessage({ id, ...work });
    });
  }

  /** Finishes what was asked before, lets go of the file, and ends the thread. */
  async close(): Promise<void> {
    const closed = this.run({ how: 'close' });
    this.#ended = true;
    await closed;
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
