import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { keepOutput, registerSecretsOfEnv, talkative } from './kept-logs.ts';
import { NODE_FLAGS } from './node-flags.ts';
import { UNHURRIED } from './unhurried.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the project, so that the built files find their dependencies; not `dist`, which may be in use. */
const BUILT = join(ROOT, 'node_modules', '.cache', 'peerql-faults');
const START_MS = 60_000;

/** Compiles the server, as `npm run build` does, into a folder for the tests; resolves to its main file. */
export async function buildServer(): Promise<string> {
  await mkdir(BUILT, { recursive: true });
  await writeFile(join(BUILT, 'package.json'), '{"type":"module"}');
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // In build mode, a compiler that has nothing to do ends at once.
  await promisify(execFile)(process.execPath, [tsc, '-b', 'test/kit/built-server'], { cwd: ROOT });
  await promisify(execFile)(process.execPath, ['scripts/copy-lua.mjs', BUILT], { cwd: ROOT });
  return join(BUILT, 'main.js');
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in a separate process, started as an operator does. */
export class ServerProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, dataDir: string, exit: Promise<Exit>) {
    this.#child = child;
    this.url = url;
    this.dataDir = dataDir;
    this.exit = exit;
  }

  /** Starts it on a free port with new data, or with the port and data of a server that has ended. */
  static async start(
    main: string,
    env: Readonly<Record<string, string>> = {},
    former?: ServerProcess,
  ): Promise<ServerProcess> {
    const dataDir = former?.dataDir ?? (await mkdtemp(join(tmpdir(), 'peerql-faults-')));
    const child = spawn(process.execPath, [...NODE_FLAGS, main], {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: former === undefined ? '0' : new URL(former.url).port,
        DATA_DIR: dataDir,
        LOG_LEVEL: 'fatal',
        // All clients of the tests have one address.
        REGISTRATIONS_PER_ADDRESS: '1000000',
        EXECUTION_MS_PER_SECOND: '1000',
        EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000',
        ROOMS_PER_USER: '1000000',
        ...UNHURRIED,
        ...talkative(),
        ...env,
      },
    });
    child.stderr.pipe(process.stderr, { end: false });
    keepOutput('faulted', child.stdout, child.stderr);
    registerSecretsOfEnv(env);
    const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as Exit);
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      const late = () => reject(new Error(`The server did not start: ${output}`));
      const timer = setTimeout(late, START_MS);
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /https?:\/\/[^\s/]+/.exec(output);
        if (found === null) return;
        clearTimeout(timer);
        resolve(found[0]);
      });
      void exit.then(() => reject(new Error(`The server ended at once: ${output}`)));
    });
    return new ServerProcess(child, url, dataDir, exit);
  }

  get graphqlUrl(): string {
    return `${this.url}/graphql`;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  /** Sends a signal; resolves when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#child.kill(signal);
    return this.exit;
  }

  /** Freezes it: it does nothing, and its sockets stay open. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Continues it after `freeze`. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it, if it runs, and removes its data. */
  async close(): Promise<void> {
    await this.kill('SIGKILL');
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
