import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { OUTSIDE } from './packed.ts';

const START_MS = 60_000;

/** Runs a program of an example with Node, in its folder; the program prints its address. */
export class ExampleProgram {
  output = '';
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;

  constructor(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, args, {
      cwd,
      env: {
        ...OUTSIDE,
        NODE_ENV: '',
        // With CI=true some colour their output, and what is looked for in it.
        NO_COLOR: '1',
        PORT: '0',
        STUN_URLS: ',',
        SHUTDOWN_SECONDS: '1',
        DATA_DIR: join(cwd, 'data'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'close').then(([code]) => code as number | null);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** Resolves to its origin once it listens. */
  async up(): Promise<string> {
    const signal = AbortSignal.timeout(START_MS);
    for (;;) {
      const port = /http:\/\/[^\s/]+:(\d+)/.exec(this.output)?.[1];
      if (port !== undefined) return `http://localhost:${port}`;
      const { stdout } = this.#child;
      if (stdout === null || this.#child.exitCode !== null) throw new Error(this.output);
      await Promise.race([once(stdout, 'data', { signal }), this.#exit]);
    }
  }

  /** Resolves to the exit code. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#exit;
  }
}
