import type { Logger } from '../domain/logger.ts';
import type { Services } from '../graphql/context.ts';
import type { Infrastructure, Surroundings } from './infrastructure.ts';
import type { Transport } from './transport.ts';

/** The longest time between two rounds of tidying rooms, in milliseconds. */
const TIDY_INTERVAL_MS = 60_000;
/** The same as a share of the time after which an unused room ends; the shorter one counts. */
const TIDY_SHARE = 1 / 20;
/** The time between two rounds of deleting old calls and dead push subscriptions, in milliseconds. */
const SWEEP_INTERVAL_MS = 600_000;

/** Starts the work that is repeated as long as the server runs. */
export function startUpkeep(
  { config: { limits }, log, cleanUp }: Surroundings,
  { shared, store }: Infrastructure,
  { signaling, guests, callHistory, pushSubscriptions }: Services,
  { webSockets }: Transport,
): void {
  const tidy = repeat(
    async () => {
      await signaling.tidy();
      const doubt = await clockDoubt(shared, store);
      if (doubt !== null) {
        log.warn({}, `${doubt}: this server deletes no expired rooms`);
        return;
      }
      await signaling.sweep();
      await guests.tidy();
    },
    Math.min(TIDY_INTERVAL_MS, limits.roomTtlMs * TIDY_SHARE),
    log,
  );
  cleanUp.add(() => tidy.cancel());
  const sweep = repeat(
    async () => {
      // What is due is judged by this clock, and the round of rooms has said so in the log.
      if ((await clockDoubt(shared, store)) !== null) return;
      await callHistory.sweep();
      await pushSubscriptions.sweep();
    },
    SWEEP_INTERVAL_MS,
    log,
  );
  cleanUp.add(() => sweep.cancel());
  const review = repeat(() => webSockets.review(), limits.heartbeatMs, log);
  cleanUp.add(() => review.cancel());
}

/** Why this machine's clock may be wrong; null: it seems right. A server whose clock is wrong must not delete anything. */
async function clockDoubt(
  shared: Infrastructure['shared'],
  store: Infrastructure['store'],
): Promise<string | null> {
  if (shared?.isClockSkewed === true) return 'The clocks of this machine and of Redis differ';
  return store.clockDoubt();
}

/**
 * Runs `work` every `intervalMs` milliseconds, never twice at once. A failure is logged, and the next run tries again.
 */
function repeat(work: () => Promise<void>, intervalMs: number, log: Logger): { cancel(): void } {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    work()
      .catch((error: unknown) => log.warn({ err: error }, 'Upkeep failed and will be tried again'))
      .finally(() => {
        running = false;
      });
  }, intervalMs);
  timer.unref();
  return { cancel: () => clearInterval(timer) };
}
