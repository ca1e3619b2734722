import type { Logger } from '../domain/logger.ts';

/**
 * Runs `work` every `intervalMs` milliseconds, never twice at once. A failure is logged, and the next run tries again.
 */
export function repeat(
  work: () => Promise<void>,
  intervalMs: number,
  log: Logger,
): { cancel(): void } {
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
