import type { Writable } from 'node:stream';
import type { StoreLog } from '../store/store.ts';

/** How often progress is printed if a line cannot be rewritten, in milliseconds. */
const TELL_MS = 5000;

/** What a command reads and writes. */
export class Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #out: Writable;
  readonly #err: Writable & { readonly isTTY?: boolean };
  #toldAt: number | null = null;

  constructor(parts: {
    env: Readonly<Record<string, string | undefined>>;
    stdout: Writable;
    stderr: Writable & { readonly isTTY?: boolean };
  }) {
    this.env = parts.env;
    this.#out = parts.stdout;
    this.#err = parts.stderr;
  }

  /** A line of the result. */
  print(line = ''): void {
    this.#out.write(`${line}\n`);
  }

  /** A line that is not part of the result: a warning, an error or other information. */
  note(line: string): void {
    this.#err.write(`${line}\n`);
  }

  /** Shows the progress of long work: on a terminal in one changing line, elsewhere in a new line every few seconds. */
  progress(line: string): void {
    if (this.#err.isTTY === true) {
      this.#err.write(`\r\u001b[K${line}`);
      return;
    }
    const now = Date.now();
    this.#toldAt ??= now;
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.note(line);
  }

  /** Ends the progress line. */
  endProgress(): void {
    if (this.#err.isTTY === true) this.#err.write('\r\u001b[K');
    this.#toldAt = null;
  }
}

/** Writes a store's warnings to the terminal, but not its information lines. */
export function storeLog(terminal: Terminal): StoreLog {
  return {
    info: () => {},
    warn: (_, message) => terminal.note(message),
  };
}
