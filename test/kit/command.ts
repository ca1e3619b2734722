import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { Terminal } from '../../src/cli/terminal.ts';

/** The result of a command. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `peerql ARGS` with the given environment. */
export async function peerql(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const code = await run(args, new Terminal({ env, stdout, stderr }));
  return { code, out: stdout.text, err: stderr.text };
}

class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
