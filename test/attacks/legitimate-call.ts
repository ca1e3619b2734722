import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRoom, register } from '../kit/people.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

const CALLER = fileURLToPath(new URL('./caller.mjs', import.meta.url));
/** One signal of the call in this time, in milliseconds. */
const EVERY_MS = 15;

/** What came of the call's signals. Latencies in milliseconds, from when a signal was due to its arrival. */
export interface CallReport {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly failures: readonly string[];
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** People who signal each other all the while, two by two, and notice when something is wrong. */
export class LegitimateCall {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param calls how many of them, reported as one; `everyMs` is the pace of each */
  static async start(
    server: AttackedServer,
    everyMs = EVERY_MS,
    calls = 1,
  ): Promise<LegitimateCall> {
    const rooms: { roomId: string; tokens: string[] }[] = [];
    for (let i = 0; i < calls; i += 1) {
      const ann = await register(server.graphqlUrl, 'Legit Ann', asStranger());
      const bob = await register(server.graphqlUrl, 'Legit Bob', asStranger());
      server.keepsSecret(ann.token, bob.token, ann.password);
      const { id } = await createRoom(server.graphqlUrl, ann);
      rooms.push({ roomId: id, tokens: [ann.token, bob.token] });
    }
    const options = { socketUrl: server.socketUrl, rooms, everyMs };
    const child = fork(CALLER, [JSON.stringify(options)], { execArgv: [] });
    await once(child, 'message');
    return new LegitimateCall(child);
  }

  /** What came of it since it was last asked. */
  async report(): Promise<CallReport> {
    const answer = once(this.#child, 'message');
    this.#child.send('report');
    const [report] = await answer;
    return report as CallReport;
  }

  end(): void {
    this.#child.kill();
  }
}
