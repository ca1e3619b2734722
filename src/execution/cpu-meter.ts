/** How old the processor time may be that a measurement begins with, in milliseconds. */
const FRESH_MS = 5;
/** What took longer may have been interrupted by other processes, in milliseconds. */
const SHORT_MS = 1;

/**
 * Measures the processor time of what runs without a break. A machine that is busy with something else makes nothing
 * dearer: what took long by the clock counts for no more than the processor time that this process has had meanwhile,
 * to within {@link FRESH_MS}. Asking for that costs too much to do it for each call.
 */
export class CpuMeter {
  #cpuMs = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** The moment from which {@link CpuMeter.since} measures. */
  now(): number {
    const now = performance.now();
    if (now - this.#at > FRESH_MS) {
      this.#cpuMs = cpuMs();
      this.#at = now;
    }
    return now;
  }

  /** Milliseconds of the processor since then. @param began of {@link CpuMeter.now} */
  since(began: number): number {
    const elapsed = performance.now() - began;
    return elapsed < SHORT_MS ? elapsed : Math.min(elapsed, cpuMs() - this.#cpuMs);
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
