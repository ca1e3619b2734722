/** How old the processor time at the beginning of a measurement may be, in milliseconds. */
const FRESH_MS = 25;
/** Work that took longer may have been interrupted by other processes, in milliseconds. */
const SHORT_MS = 1;

/**
 * Measures the processor time of code that runs without a pause. On a busy machine, work must not count for more: if it
 * took long by the clock, it counts at most the processor time that this process has used meanwhile, to within {@link
 * FRESH_MS}. Reading that time is too expensive for each call.
 */
export class CpuMeter {
  #cpuMs = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** The moment from which {@link CpuMeter.between} measures. */
  now(): number {
    const now = performance.now();
    if (now - this.#at > FRESH_MS) {
      this.#cpuMs = cpuMs();
      this.#at = now;
    }
    return now;
  }

  /** The milliseconds of processor time until now. @param began from {@link CpuMeter.now} */
  since(began: number): number {
    return this.between(began, performance.now());
  }

  /** The same until `ended`, which is this moment. */
  between(began: number, ended: number): number {
    const elapsed = ended - began;
    return elapsed < SHORT_MS ? elapsed : Math.min(elapsed, cpuMs() - this.#cpuMs);
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
