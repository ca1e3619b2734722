import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since it started, and what it holds now. */
export interface Usage {
  /** User and system time of all its threads, and of the processes that it has started, in microseconds. */
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

/** CPU time of the children that live (proc(5)): who hashes in a process of its own pays for it here as the others do. */
function childrenMicros(): number {
  if (process.platform !== 'linux') return 0;
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '),
  );
  let ticks = 0;
  for (const pid of children.filter((child) => child !== '')) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may have spaces in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MICROS;
}
