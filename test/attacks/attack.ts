import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttackedServer } from './attacked-server.ts';
import { LegitimateCall } from './legitimate-call.ts';

/** An attack that is over sooner is begun again, so that the call shows what it does, in milliseconds. */
const LASTS_MS = 1000;
/**
 * The slowest that the call's signals may be, at p99, in milliseconds: what blocks the server is found by it, on a busy
 * machine too. The figure itself is reported.
 */
const P99_MAX_MS = 2000;
/** How many times its p99 without an attack that may be; attackers share the machine's cores here. */
const QUIET_TIMES = 3;

/**
 * The attacks of one file, on one server, while a call goes on. Each says what the attacker gets; the call may lose
 * nothing, and its p99 is reported.
 */
export function attacks(
  env: Readonly<Record<string, string>>,
  define: (
    attack: (name: string, run: (server: AttackedServer) => Promise<string>) => void,
  ) => void,
): void {
  let server: AttackedServer;
  let call: LegitimateCall;
  /** The call's p99 before anybody attacks, in milliseconds. */
  let quiet = 0;

  beforeAll(async () => {
    server = await AttackedServer.start(env);
    call = await LegitimateCall.start(server);
    await pass(LASTS_MS);
    quiet = (await call.report()).p99;
    // The server is compiled first, on a machine that may be busy.
  }, 180_000);
  afterAll(async () => {
    call?.end();
    await server?.close();
  });

  define((name, run) => {
    it(name, async () => {
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
      expect(p99).toBeLessThan(Math.max(P99_MAX_MS, QUIET_TIMES * quiet));
    });
  });
}
