import type { Terminal } from './terminal.ts';

/** A command: the word after `peerql`. */
export interface Command {
  /** The arguments after the name, for example `FILE`. */
  readonly parameters: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The rest of its `--help`: what it does, what it does not touch, its exit codes. */
  readonly help: string;
  /**
   * Resolves to the exit code: 0 done, 1 not done.
   *
   * @throws UsageError, or an Error of one sentence for the operator
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The command line cannot be understood; the exit code is 2. */
export class UsageError extends Error {}
