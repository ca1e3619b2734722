import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 60_000;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const run = promisify(execFile);

/**
 * The environment without the variables that npm sets for this project's scripts, because a stranger would not have
 * them.
 */
export const OUTSIDE = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
);

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** The tarball that `npm publish` would send, in a temporary folder. */
export class Packed {
  readonly folder: string;
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly PackedFile[];

  private constructor(folder: string, report: PackReport) {
    this.folder = folder;
    this.tarball = join(folder, report.filename);
    this.size = report.size;
    this.unpackedSize = report.unpackedSize;
    this.files = report.files;
  }

  /** Packs what is built: the server, the SDK in `dist/client`, or the elements in `dist/elements`. */
  static async make(source: '.' | 'dist/client' | 'dist/elements' = '.'): Promise<Packed> {
    const folder = await mkdtemp(join(tmpdir(), 'peerql-packed-'));
    const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const cwd = join(ROOT, source);
    const { stdout } = await run('npm', args, { cwd, maxBuffer: 16 * 1024 * 1024 });
    const [report] = JSON.parse(stdout) as PackReport[];
    if (report === undefined) throw new Error(`npm pack answered ${stdout}`);
    return new Packed(folder, report);
  }

  /**
   * Installs it in an empty folder, as a new user would; resolves to the folder.
   *
   * @param others packages to install as well
   */
  async install(...others: readonly string[]): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'empty-'));
    const args = ['install', '--prefer-offline', '--omit=dev', ...QUIET, this.tarball, ...others];
    await run('npm', args, { cwd: folder, env: OUTSIDE });
    return folder;
  }

  bytes(): Promise<Buffer> {
    return readFile(this.tarball);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** An installed package, from npm's lock file. */
export interface InstalledPackage {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

/** The packages that npm has installed in a folder, by their paths. */
export async function installedIn(folder: string): Promise<Record<string, InstalledPackage>> {
  const text = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8');
  return JSON.parse(text).packages;
}

interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly PackedFile[];
}

/** `npx peerql` in a folder where it is installed. */
export class Npx {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  output = '';
  errors = '';

  constructor(folder: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    // In a separate process group, because npx runs the server through a shell.
    this.#child = spawn('npx', ['--no-install', 'peerql', ...args], {
      cwd: folder,
      env: { ...OUTSIDE, NODE_ENV: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#exit = once(this.#child, 'close').then(([code]) => code as number | null);
    this.#child.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
  }

  /** Waits until the server prints its address; resolves to its URL. */
  async up(): Promise<string> {
    const signal = AbortSignal.timeout(START_MS);
    for (;;) {
      const url = /PeerQL is up\. Call page: (\S+)/.exec(this.output)?.[1];
      if (url !== undefined) return url;
      const { stdout } = this.#child;
      if (stdout === null || this.#child.exitCode !== null) throw new Error(this.errors);
      await Promise.race([once(stdout, 'data', { signal }), this.#exit]);
    }
  }

  /** Resolves to the exit code. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Ends the server and its parent processes. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined && this.#child.exitCode === null) process.kill(-pid, 'SIGTERM');
    await this.#exit;
  }
}
