import { type ChildProcess, fork } from 'node:child_process';
import type { PasswordHash } from '../domain/accounts/password-hash.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { packageFile } from '../package-file.ts';

const PROGRAM = packageFile('crypto/hashing.cjs');

/** The cost parameters of a hash (RFC 9106 §3.1). */
export interface Argon2Parameters {
  /** Memory, in KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** A password to hash, or to compare with a hash. */
export type Task =
  | { readonly password: string; readonly parameters: Argon2Parameters }
  | { readonly password: string; readonly hash: PasswordHash };

interface Job {
  readonly task: Task;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  /** How many processes may still die while they work on it. */
  lives: number;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * A process of low priority that hashes passwords, so that the server never waits for a core that is busy hashing. The
 * first task starts it. If it dies, it is started again, and the tasks under way are tried once more.
 */
export class HashingProcess {
  readonly #threads: number;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #jobs = new Map<number, Job>();
  #child: ChildProcess | null = null;
  #lastId = 0;
  #closed = false;

  /** @param threads how many tasks run in parallel */
  constructor(threads: number, log: Pick<Logger, 'warn'>) {
    this.#threads = threads;
    this.#log = log;
  }

  /** Resolves to a PHC string. @throws UnavailableError if no process could do it */
  async hash(password: string, parameters: Argon2Parameters): Promise<string> {
    return String(await this.#run({ password, parameters }));
  }

  /** Whether `hash` is the hash of `password`. @throws UnavailableError if no process could do it */
  async verify(hash: PasswordHash, password: string): Promise<boolean> {
    return (await this.#run({ password, hash })) === true;
  }

  /** Ends the process; what is under way is rejected with `UnavailableError`. */
  close(): void {
    this.#closed = true;
    this.#child?.kill('SIGKILL');
    for (const job of this.#jobs.values()) job.reject(new UnavailableError(STOPPING));
    this.#jobs.clear();
  }

  #run(task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#send(this.#lastId, { task, resolve, reject, lives: 2 });
    });
  }

  #send(id: number, job: Job): void {
    if (this.#closed) {
      job.reject(new UnavailableError(STOPPING));
      return;
    }
    try {
      this.#child ??= this.#start();
    } catch (error) {
      job.reject(new UnavailableError(AWAY, { cause: error }));
      return;
    }
    this.#jobs.set(id, job);
    // Passwords are only sent over the channel, because others can read the arguments and the environment of a process.
    // If sending fails, the process is about to end, and the next process gets the job.
    this.#child.send({ id, ...job.task }, () => {});
  }

  #start(): ChildProcess {
    const child = fork(PROGRAM, [], {
      execArgv: [],
      // None of the server's secrets; only the number of threads for argon2.
      env: { UV_THREADPOOL_SIZE: String(this.#threads) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (answer: Answer) => this.#answer(answer));
    child.once('error', (error) => this.#lost(child, { err: error }));
    child.once('exit', (code, signal) => this.#lost(child, { code, signal }));
    return child;
  }

  #answer({ id, result, error }: Answer): void {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (error === undefined) job?.resolve(result);
    else job?.reject(new TypeError(error));
  }

  #lost(child: ChildProcess, how: object): void {
    if (this.#child !== child || this.#closed) return;
    this.#child = null;
    this.#log.warn(how, 'The process that hashes passwords has ended');
    const jobs = [...this.#jobs];
    this.#jobs.clear();
    for (const [id, job] of jobs) {
      job.lives -= 1;
      if (job.lives > 0) this.#send(id, job);
      else job.reject(new UnavailableError(AWAY));
    }
  }
}

const STOPPING = 'The server is stopping.';
const AWAY = 'Passwords cannot be checked right now; try again in a moment.';
