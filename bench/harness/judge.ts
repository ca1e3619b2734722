import type { Measured } from './bench-pair.ts';

/** The share of a core above which a process counts as saturated. */
const full = 0.95;
/** A generator that sends this late (p99), and as late as half of the latency or more, has measured itself. */
const latestSlipMs = 2;

/** What went wrong during the measurement, or null. */
export function fault(measured: Measured): string | null {
  const { errors, lost, repeated, reordered, units } = measured;
  if (errors.length > 0) return `errors: ${errors[0]}`;
  if (lost + repeated + reordered > 0) {
    return `${lost} lost, ${repeated} repeated, ${reordered} reordered`;
  }
  return units === 0 ? 'nothing was completed' : null;
}

/** Why a figure without a fault may still say nothing about the server; measuring again may help. */
export function disturbance(measured: Measured): string | null {
  const { generator, server, slip, latency } = measured;
  if (slip && slip.p99 > latestSlipMs && slip.p99 > (latency?.p99 ?? 0) / 2) {
    return `the generator sent ${slip.p99.toFixed(1)} ms late (p99)`;
  }
  // A paced generator polls, so its CPU says nothing, but its delay does.
  const generatorShare = generator.cpuMicros / generator.wallMicros;
  const serverShare = server.cpuMicros / server.wallMicros;
  if (!slip && generatorShare > full && serverShare < generatorShare) {
    return `the generator was saturated (${Math.round(generatorShare * 100)} % of a core)`;
  }
  return null;
}
