import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARIES = '/usr/lib';
const LIBRARY = 'faketime/libfaketimeMT.so.1';

/** The path of libfaketime: the one that `FAKETIME_LIBRARY` names, or that of Debian; else as `findOrSkip` does. */
export function findFakeTime(): string | null {
  const named = process.env.FAKETIME_LIBRARY;
  if (named) return named;
  for (const folder of readdirSync(LIBRARIES)) {
    const path = join(LIBRARIES, folder, LIBRARY);
    if (existsSync(path)) return path;
  }
  const line =
    'No libfaketime: tests of clocks that are set need it. Run apt-get install faketime.';
  if (process.env.CI === 'true') throw new Error(line);
  console.warn(`\n*** SKIPPED: ${line} ***\n`);
  return null;
}

/** The wall clock of processes: it can be set while they run. Monotonic clocks go on as they are, as a machine's do. */
export class FakeTime {
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerql-time-'));
  readonly #library: string;

  constructor(library: string) {
    this.#library = library;
    this.set(0);
  }

  /** What a process has to be started with to go by it. */
  get env(): Readonly<Record<string, string>> {
    return {
      // jemalloc reads the clock while libfaketime starts: memory comes from the C library instead.
      LD_PRELOAD: `${this.#library}:libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      // The file counts at each look at the clock.
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets it to the machine's and so many seconds. */
  set(offsetSeconds: number): void {
    // A reader finds the old file or the new one, never half of it.
    writeFileSync(`${this.#file}.new`, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, 'offset');
  }
}
