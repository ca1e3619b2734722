import { constants, setPriority } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttackedServer } from './attacked-server.ts';
import { LegitimateCall } from './legitimate-call.ts';

/** An attack that is over sooner is begun again, so that the call shows what it does, in milliseconds. */
const LASTS_MS = 1000;
/** Calls that go on: enough signals in that time for a p99 that is not its slowest one. */
const CALLS = 3;
const EVERY_MS = 15;
/** How many times as slow as without an attack the calls' signals may be, at p99. */
const QUIET_TIMES = 3;
/** Below this, in milliseconds, the ratio does not count: the attackers have no cores of their own here. */
const P99_TOLD_MS = 2000;

/**
 * The attacks of one file, on one server, while calls go on. Each says what the attacker gets; the calls may lose
 * nothing, and their p99 is reported and held against that before the attack.
 */
export function attacks(
  env: Readonly<Record<string, string>>,
  define: (
    attack: (name: string, run: (server: AttackedServer) => Promise<string>) => void,
  ) => void,
): void {
  let server: AttackedServer;
  let call: LegitimateCall;
  /** The calls' p99 while nobody attacks, in milliseconds. */
  let quiet = 0;

  async function measureQuiet(): Promise<void> {
    await call.report();
    await pass(LASTS_MS);
    quiet = (await call.report()).p99;
  }

  beforeAll(async () => {
    server = await AttackedServer.start(env);
    call = await LegitimateCall.start(server, EVERY_MS, CALLS);
    // Attackers have other machines: what sends their requests must not be what slows the server and the calls.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    await measureQuiet();
    // The server is compiled first, on a machine that may be busy.
  }, 180_000);
  afterAll(async () => {
    call?.end();
    await server?.close();
  });

  define((name, run) => {
    it(name, async ({ task }) => {
      // A second attempt: the machine may have been busy by itself, and is compared with how it is now.
      if ((task.result?.retryCount ?? 0) > 0) await measureQuiet();
      await call.report();
      const began = performance.now();
      let gets = await run(server);
      while (performance.now() - began < LASTS_MS) gets = await run(server);
      const { received, lost, failures, p99 } = await call.report();
      process.stdout.write(
        `ATTACK ${name}\n       the attacker gets: ${gets}\n       the call meanwhile: ${received} signals, ${lost} lost, p99 ${p99.toFixed(1)} ms, ${(p99 / quiet).toFixed(1)} times quiet\n`,
      );
      expect(server.lives).toBe(true);
      expect(failures).toEqual([]);
      expect(lost).toBe(0);
      expect(p99).toBeLessThan(Math.max(P99_TOLD_MS, QUIET_TIMES * quiet));
    });
  });
}
