import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerql } from '../kit/command.ts';
import { keepOutput, registerSecrets, registerSecretsOfEnv } from '../kit/kept-logs.ts';
import { NODE_FLAGS } from '../kit/node-flags.ts';
import { findSecrets } from '../kit/secrets.ts';
import { buildServer } from '../kit/server-process.ts';

/** What every attacked server is told; a test may say otherwise. */
const ENV = {
  HOST: '127.0.0.1',
  PORT: '0',
  NODE_ENV: 'production',
  JWT_SECRET: 'a secret of the attack suite that nobody else knows',
  LOG_LEVEL: 'trace',
  // Everybody here comes from one address.
  REGISTRATIONS_PER_ADDRESS: '1000000',
  MUTATIONS_PER_SECOND: '1000000',
  MUTATION_BURST: '1000000',
  REQUESTS_PER_SECOND_PER_ADDRESS: '1000000',
  STUN_URLS: 'stun:127.0.0.1:3478',
  // Attackers of many addresses are played by one machine.
  TRUST_PROXY: 'loopback',
};

/** A server in a process of its own, in production mode, that logs all it can; what it logs is searched for secrets. */
export class AttackedServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  readonly #output: () => string;
  readonly #secrets: string[] = [ENV.JWT_SECRET];

  private constructor(child: ChildProcess, url: string, dataDir: string, output: () => string) {
    this.#child = child;
    this.url = url;
    this.#dataDir = dataDir;
    this.#output = output;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<AttackedServer> {
    const main = await buildServer();
    const dataDir = await mkdtemp(join(tmpdir(), 'peerql-attacks-'));
    const child = spawn(process.execPath, [...NODE_FLAGS, main], {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...ENV, ...env },
    });
    keepOutput('attacked', child.stdout, child.stderr);
    registerSecretsOfEnv({ ...ENV, ...env });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      let found = false;
      const keep = (chunk: Buffer) => {
        output += chunk.toString();
        // Once is enough: a log that is searched at each line would take a core from the server.
        if (found) return;
        const [first] = /http:\/\/[\d.]+:\d+/.exec(output) ?? [];
        if (first === undefined) return;
        found = true;
        resolve(first);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('exit', () => reject(new Error(`The server ended: ${output}`)));
    });
    return new AttackedServer(child, url, dataDir, () => output);
  }

  get graphqlUrl(): string {
    return `${this.url}/graphql`;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whatever this is, no log may contain it. */
  keepsSecret(...secrets: string[]): void {
    this.#secrets.push(...secrets);
    registerSecrets(...secrets);
  }

  /** The errors in its log so far. */
  get errors(): string[] {
    return this.#output()
      .split('\n')
      .filter((line) => line.includes('"level":50'));
  }

  /** Imports accounts of another system, as an operator does while the server runs. */
  async importUsers(users: readonly object[]): Promise<void> {
    const file = join(this.#dataDir, 'users.ndjson');
    await writeFile(file, users.map((user) => JSON.stringify(user)).join('\n'));
    const { code, err } = await peerql(['import', 'users', file], { DATA_DIR: this.#dataDir });
    if (code !== 0) throw new Error(err);
  }

  /** Resident memory of the process, in bytes (proc(5)). */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  /** Stops it as an operator does. Throws where it did not stop in order, or has logged a secret. */
  async close(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code] = await exit;
    await rm(this.#dataDir, { recursive: true, force: true });
    const found = findSecrets(this.#output(), this.#secrets);
    const lines = this.#output().trim().split('\n').length;
    process.stdout.write(`${lines} lines of log at level trace, ${found.length} secrets in them\n`);
    if (found.length > 0) throw new Error(`The log has secrets: ${found.join(' | ')}`);
    if (code !== 0)
      throw new Error(`The server ended with ${code}: ${this.#output().slice(-2000)}`);
  }
}
