import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttackedServer } from './attacked-server.ts';
import { becomeAttacker, giveCore, keepOff } from './cores.ts';
import { LegitimateCall } from './legitimate-call.ts';
import { Traffic } from './traffic.ts';

const BARE = fileURLToPath(new URL('./bare.mjs', import.meta.url));
/** An attack that is over sooner is begun again, so that the calls show what it does, in milliseconds. */
const LASTS_MS = 2000;
/** Calls that go on: about a thousand signals in that time, of which p99 is the eleventh slowest. */
const CALLS = 8;
const EVERY_MS = 15;
/** How many times as slow as without an attack the calls' signals may be, at p99. */
const QUIET_TIMES = 3;
/**
 * Below this, in milliseconds, the ratio does not count: what one document may cost the server (20 ms, see cost.test.ts),
 * and a tick of the scheduler.
 */
const FLOOR_MS = 25;
/** What else runs on the machine can slow the calls down once, an attack does it each time. */
const TRIES = 3;

/**
 * The attacks of one file, on one server, while calls go on. Each says what the attacker gets; the calls may lose
 * nothing, and their p99 is held against that of the same time before. Where it is higher, the same traffic goes to a
 * server that does nothing, which shows what the machine itself takes from the calls (`ATTACK_CONTROL=always`: each
 * time).
 */
export function attacks(
  env: Readonly<Record<string, string>>,
  define: (
    attack: (name: string, run: (server: AttackedServer) => Promise<string>) => void,
  ) => void,
): void {
  let server: AttackedServer;
  let call: LegitimateCall;
  let bare: ChildProcess;
  let barePort: number;

  /** The calls' p99 while something else goes on, in milliseconds. */
  async function p99During(run: () => Promise<unknown>): Promise<number> {
    await call.report();
    await run();
    return (await call.report()).p99;
  }

  beforeAll(async () => {
    server = await AttackedServer.start(env);
    call = await LegitimateCall.start(server, EVERY_MS, CALLS);
    bare = fork(BARE, { execArgv: [] });
    const [port] = await once(bare, 'message');
    barePort = port as number;
    giveCore(server.pid);
    giveCore(bare.pid ?? 0);
    keepOff(call.pid);
    becomeAttacker();
    // What is compiled at first is no attack.
    await p99During(() => pass(LASTS_MS));
    // The server is compiled first, on a machine that may be busy.
  }, 180_000);
  afterAll(async () => {
    bare?.kill();
    call?.end();
    await server?.close();
  });

  /** Does it while calls go on; returns the calls' p99 and what it may be at most. */
  async function held(name: string, run: (server: AttackedServer) => Promise<string>) {
    const quiet = await p99During(() => pass(LASTS_MS));
    const began = performance.now();
    const { result: gets, traffic } = await Traffic.during(async () => {
      let got = await run(server);
      while (performance.now() - began < LASTS_MS) got = await run(server);
      return got;
    });
    const { received, lost, failures, p99 } = await call.report();
    let bound = Math.max(FLOOR_MS, QUIET_TIMES * quiet);
    let told = `quiet ${quiet.toFixed(1)} ms`;
    if (p99 >= bound || process.env.ATTACK_CONTROL === 'always') {
      const control = await p99During(() => traffic.replay(barePort));
      bound = Math.max(bound, QUIET_TIMES * control);
      told += `, control ${control.toFixed(1)} ms`;
    }
    process.stdout.write(
      `ATTACK ${name}\n       the attacker gets: ${gets}\n       the calls meanwhile: ${received} signals, ${lost} lost, ${told}, p99 ${p99.toFixed(1)} ms, ${(p99 / quiet).toFixed(1)} times quiet\n`,
    );
    expect(server.lives).toBe(true);
    expect(failures).toEqual([]);
    expect(lost).toBe(0);
    return { p99, bound };
  }

  define((name, run) => {
    it(name, async () => {
      let { p99, bound } = await held(name, run);
      for (let tries = 1; tries < TRIES && p99 >= bound; tries += 1) {
        ({ p99, bound } = await held(name, run));
      }
      expect(p99).toBeLessThan(bound);
    });
  });
}
