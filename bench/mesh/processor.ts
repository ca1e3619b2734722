import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** One clock tick (`getconf CLK_TCK`), in milliseconds. */
const TICK_MS = 10;

/** The CPU time that a process and all below it have used so far, in milliseconds (proc(5)). */
export function treeCpuMs(root: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(pid));
  const inTree = new Set([root]);
  // A process may be listed before its parent.
  for (let before = 0; before < inTree.size; ) {
    before = inTree.size;
    for (const { pid, parent } of processes) if (inTree.has(parent)) inTree.add(pid);
  }
  const ticks = processes.filter(({ pid }) => inTree.has(pid)).map((one) => one.ticks);
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_MS;
}

function readStat(pid: string): { pid: number; parent: number; ticks: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name before it may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return [{ pid: Number(pid), parent: Number(fields[1]), ticks }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** What all cores have done so far, in milliseconds. */
export function machineMs(): { busy: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.reduce((sum, one) => sum + Object.values(one).reduce((a, b) => a + b, 0), 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}
