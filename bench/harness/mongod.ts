import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cpuMicrosOf } from './redis.ts';

const cached = fileURLToPath(new URL('../../../.cache/mongod/mongod', import.meta.url));

/** The path of a mongod: `MONGOD_BINARY`, one on the PATH, or the one from `.ci/get-mongod`; null without one. */
export function findMongod(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = [process.env.MONGOD_BINARY, ...folders.map((one) => join(one, 'mongod')), cached];
  for (const place of places) {
    try {
      if (place) accessSync(place, constants.X_OK);
      if (place) return place;
    } catch {}
  }
  return null;
}

/** A mongod for one run. */
export class Mongod {
  readonly uri: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, port: string, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.uri = `mongodb://127.0.0.1:${port}/bench`;
  }

  static async start(): Promise<Mongod> {
    const binary = findMongod();
    if (binary === null) throw new Error('No mongod. Run .ci/get-mongod, or set MONGOD_BINARY.');
    const folder = await mkdtemp(join(tmpdir(), 'peerql-bench-mongod-'));
    const child = spawn(
      binary,
      ['--dbpath', folder, '--port', '0', '--bind_ip', '127.0.0.1', '--nounixsocket'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /"msg":"Waiting for connections","attr":\{"port":(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      child.stdout.resume();
      return new Mongod(child, port, folder);
    }
    throw new Error('mongod ended before it listened');
  }

  cpuMicros(): number {
    return cpuMicrosOf(this.#process.pid ?? 0);
  }

  async end(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
