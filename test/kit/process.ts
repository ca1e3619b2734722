import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepOutput, registerSecretsOfEnv } from './kept-logs.ts';
import { NODE_FLAGS } from './node-flags.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = `${ROOT}dist/main.js`;
const WAIT_MS = 30_000;

/** Builds the server if `npm test` has not done so. */
export function ensureBuilt(): void {
  if (existsSync(MAIN)) return;
  execFileSync('npx', ['--no-install', 'tsc', '-b', 'src/tsconfig.json'], { cwd: ROOT });
  execFileSync(process.execPath, ['scripts/copy-lua.mjs'], { cwd: ROOT });
}

/** The built server, as `npm start` runs it, with the given environment. */
export class ServerProcess {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  readonly #exit: Promise<number | null>;

  /** @param user the number of the user and group as whom it runs. Default: who runs the tests */
  constructor(env: Readonly<Record<string, string>>, user?: number) {
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [...NODE_FLAGS, MAIN], {
      env: { PATH, HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user !== undefined && { uid: user, gid: user }),
    });
    keepOutput('built', this.child.stdout, this.child.stderr);
    registerSecretsOfEnv(env);
    this.#exit = once(this.child, 'close').then(([code]) => code as number | null);
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  /** Waits until it prints its address; resolves to its URL. */
  async up(): Promise<string> {
    const signal = AbortSignal.timeout(WAIT_MS);
    while (this.child.exitCode === null) {
      const url = /https?:\/\/[\w.:[\]]+/.exec(this.stdout)?.[0];
      if (url !== undefined && this.stdout.includes('PeerQL is up')) return url;
      const { stdout } = this.child;
      if (stdout === null) break;
      await Promise.race([once(stdout, 'data', { signal }), this.#exit]);
    }
    throw new Error(`It did not start: ${this.stdout}${this.stderr}`);
  }

  /** Resolves to its exit code once it has ended. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Sends a signal; resolves to the exit code. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.#exit;
  }
}
