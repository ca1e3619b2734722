import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '../../domain/clock.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** How far two clocks may be apart, in milliseconds. Tokens and TURN credentials count in seconds. */
const TOLERANCE_MS = 2000;
/** A correct clock never shows an earlier time than this, because this program did not exist then. */
const EARLIEST = Date.parse('2026-01-01T00:00:00Z');

const SET_IT = 'Set the clocks of all machines by NTP (timedatectl set-ntp true)';

/** Whether the clock of this machine is right, as far as the machine itself can tell. */
export function checkClock(clock: Clock): Check {
  return {
    name: 'clock',
    async look() {
      const now = clock.now();
      const shown = new Date(now).toISOString();
      if (now < EARLIEST) return [problem(`it says ${shown}, which is in the past`, SET_IT)];
      if ((await isSynchronised()) === false) {
        return [warning(`it says ${shown}, and nothing keeps it right`, SET_IT)];
      }
      return [ok(`it says ${shown}`)];
    },
  };
}

/** The finding for a part whose clock is `aheadMs` ahead of ours, measured to within `precisionMs`. */
export function comparedWith(part: string, aheadMs: number, precisionMs: number): Finding[] {
  if (Math.abs(aheadMs) <= TOLERANCE_MS + precisionMs) return [];
  const seconds = Math.abs(aheadMs / 1000).toFixed(1);
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  return [problem(`the clock of ${part} is ${seconds} s ${direction} this machine’s`, SET_IT)];
}

/** Whether systemd says that the clock is synchronised; null if it cannot be asked or does not know. */
async function isSynchronised(): Promise<boolean | null> {
  try {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await promisify(execFile)('timedatectl', args, { timeout: 2000 });
    return stdout.trim() === 'yes' ? true : stdout.trim() === 'no' ? false : null;
  } catch {
    return null;
  }
}
