import { type ChildProcess, fork } from 'node:child_process';

/** The methods of a child process, each with one argument that survives JSON. */
export type Methods = Record<string, (argument: never) => unknown>;

interface Call {
  call: number;
  method: string;
  argument: unknown;
}

interface Answer {
  answer: number;
  result?: unknown;
  error?: string;
}

interface Announcement {
  ready: unknown;
}

/** Answers the parent's calls over the IPC channel that `fork` made. */
export function serve(methods: Methods): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message: Call) => {
    const method = methods[message.method];
    Promise.resolve()
      .then(() => {
        if (!method) throw new Error(`no method ${message.method}`);
        return method(message.argument as never);
      })
      .then(
        (result) => process.send?.({ answer: message.call, result } satisfies Answer),
        (error: unknown) =>
          process.send?.({
            answer: message.call,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          } satisfies Answer),
      );
  });
}

/** Tells the parent that this process is ready, with the data that the parent needs. */
export function announce(ready: unknown): void {
  process.send?.({ ready } satisfies Announcement);
}

export interface ChildOptions {
  env?: Record<string, string>;
  execArgv?: string[];
  args?: string[];
}

/** A child process of the benchmark, which is called over its IPC channel. */
export class Child {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(e: Error): void }>();
  readonly #name: string;
  readonly ready: Promise<unknown>;
  #calls = 0;
  #ended = false;
  #output = '';

  constructor(name: string, file: URL, options: ChildOptions = {}) {
    this.#name = name;
    this.#process = fork(file, options.args ?? [], {
      // All processes collect garbage in the same way as PeerQL with `npm start`, so that none has an advantage.
      execArgv: [
        '--expose-gc',
        '--enable-source-maps',
        '--single-threaded-gc',
        ...(options.execArgv ?? []),
      ],
      env: { ...process.env, NODE_ENV: 'production', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const keep = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-4096);
    };
    this.#process.stdout?.on('data', keep);
    this.#process.stderr?.on('data', keep);
    this.ready = new Promise((resolve, reject) => {
      this.#process.on('message', (message: Answer | Announcement) => {
        if ('ready' in message) resolve(message.ready);
        else this.#settle(message);
      });
      this.#process.on('exit', (code, signal) => {
        this.#ended = true;
        const error = this.#failure(`ended with ${signal ?? code}`);
        reject(error);
        for (const waiting of this.#pending.values()) waiting.reject(error);
        this.#pending.clear();
      });
    });
    this.ready.catch(() => {});
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Calls a method of the child. Rejects when the child throws, ends, or takes longer than
   * `timeoutMs`.
   */
  call<Result>(method: string, argument: unknown = null, timeoutMs = 120_000): Promise<Result> {
    if (this.#ended) return Promise.reject(this.#failure('has ended'));
    const call = ++this.#calls;
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(call);
        reject(this.#failure(`did not answer ${method} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(call, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value as Result);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#process.send({ call, method, argument } satisfies Call);
    });
  }

  /** Asks the child to stop normally, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }

  /** Ends the child at once and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
  }

  #settle(message: Answer): void {
    const waiting = this.#pending.get(message.answer);
    this.#pending.delete(message.answer);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(`${this.#name}: ${message.error}`));
  }

  #failure(what: string): Error {
    const output = this.#output.trim();
    return new Error(`${this.#name} ${what}${output ? `\n${output}` : ''}`);
  }
}
