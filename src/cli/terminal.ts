import type { Writable } from 'node:stream';

/** How often progress is told where no line can be rewritten, in milliseconds. */
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

  /** A line beside the result: what is wrong, or what else there is to know. */
  note(line: string): void {
    this.#err.write(`${line}\n`);
  }

  /** How far long work is: on a terminal one line that changes, elsewhere a line every few seconds. */
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

  /** The work whose progress was told is over. */
  endProgress(): void {
    if (this.#err.isTTY === true) this.#err.write('\r\u001b[K');
    this.#toldAt = null;
  }
}
