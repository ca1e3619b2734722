import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since its start, and the memory that it uses now. */
export interface Usage {
  /** User and system time of all its threads and child processes, in microseconds. */
  cpuMicros: number;
  rssBytes: number;
  heapBytes: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system + childrenMicros(), rssBytes: rss, heapBytes: heapUsed };
}

/** One clock tick (`getconf CLK_TCK`), in microseconds. */
const TICK_MICROS = 10_000;

/**
 * CPU time of the living child processes (proc(5)), so that a server that hashes in a separate process is measured like
 * the others.
 */
function childrenMicros(): number {
  if (process.platform !== 'linux') return 0;
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '),
  );
  let ticks = 0;
  for (const pid of children.filter((child) => child !== '')) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name before it may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MICROS;
}
