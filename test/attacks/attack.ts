import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttackedServer } from './attacked-server.ts';
import { LegitimateCall } from './legitimate-call.ts';
import { becomeAttacker, Others } from './machine.ts';
import { Traffic } from './traffic.ts';

const BARE = fileURLToPath(new URL('./bare.mjs', import.meta.url));
/** An attack that is over sooner is begun again, so that the calls show what it does, in milliseconds. */
const LASTS_MS = 1500;
/**
 * Calls that go on: 200 signals a second. More of them would be the load that a busy machine cannot carry, and nothing
 * would be learned of the attack.
 */
const CALLS = 3;
const EVERY_MS = 15;
/** How many times as slow as without an attack the calls' signals may be, at p99. */
const QUIET_TIMES = 3;
/**
 * Below this, in milliseconds, the ratio does not count: attackers share two cores with the server and the calls here, and
 * forty requests that come at the same moment, each from another address, take 1 ms each. The attacks of weight.test.ts
 * reach 220 ms.
 */
const FLOOR_MS = 300;
/** The same where others use the machine: an attack must be told from them. */
const BUSY_FLOOR_MS = 2000;
/** How many cores others may use while the machine still counts as calm. */
const CALM_CORES = 0.15;
/** What else runs on the machine can slow the calls down once, an attack does it each time. */
const TRIES = 3;
const TIMEOUT_MS = 300_000;

/**
 * The attacks of one file, on one server, while calls go on. Each says what the attacker gets; the calls may lose
 * nothing, and their p99 is held against that of the same time before. Where it is higher, the same traffic goes to a
 * server that does nothing, which shows what the machine itself takes from the calls (`ATTACK_CONTROL=always`: each
 * time). Where others use the machine meanwhile, more is allowed.
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
  const others = new Others();

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
    others.begin();
    const began = performance.now();
    const { result: gets, traffic } = await Traffic.during(async () => {
      let got = await run(server);
      while (performance.now() - began < LASTS_MS) got = await run(server);
      return got;
    });
    let cores = others.cores();
    const { received, lost, failures, p99 } = await call.report();
    let bound = Math.max(FLOOR_MS, QUIET_TIMES * quiet);
    let told = `quiet ${quiet.toFixed(1)} ms`;
    if (p99 >= bound || process.env.ATTACK_CONTROL === 'always') {
      others.begin();
      const control = await p99During(() =>
        Promise.all([traffic.replay(barePort), pass(LASTS_MS)]),
      );
      cores = Math.max(cores, others.cores());
      bound = Math.max(bound, QUIET_TIMES * control);
      told += `, control ${control.toFixed(1)} ms`;
    }
    const isCalm = cores <= CALM_CORES;
    if (!isCalm) bound = Math.max(bound, BUSY_FLOOR_MS);
    const machine = isCalm ? 'calm' : `busy (others take ${cores.toFixed(1)} cores)`;
    process.stdout.write(
      `ATTACK ${name}\n       the attacker gets: ${gets}\n       the calls meanwhile: ${received} signals, ${lost} lost, ${told}, p99 ${p99.toFixed(1)} ms, ${(p99 / quiet).toFixed(1)} times quiet, at most ${bound.toFixed(0)} ms on a ${machine} machine\n`,
    );
    expect(server.lives).toBe(true);
    expect(failures).toEqual([]);
    expect(lost).toBe(0);
    return { p99, bound };
  }

  define((name, run) => {
    it(name, { timeout: TIMEOUT_MS }, async () => {
      let { p99, bound } = await held(name, run);
      for (let tries = 1; tries < TRIES && p99 >= bound; tries += 1) {
        ({ p99, bound } = await held(name, run));
      }
      expect(p99).toBeLessThan(bound);
    });
  });
}
