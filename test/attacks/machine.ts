import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** The kernel counts processor time in hundredths of a second (proc(5)). */
const TICKS_PER_SECOND = 100;

/**
 * This process is an attacker from now on. Attackers have other machines, so everybody else comes before it. It still
 * gets a tenth of a core on a busy machine: with the lowest priority, attacks would never end there. On Linux each thread
 * has its own priority.
 */
export function becomeAttacker(): void {
  const threads = existsSync(TASKS) ? readdirSync(TASKS).map(Number) : [0];
  for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
}

const TASKS = '/proc/self/task';

/** What others than this process and its children, such as the server, take of the machine. */
export class Others {
  #at = 0;
  #ticks = 0;

  /** Measures from now on. */
  begin(): void {
    this.#at = performance.now();
    this.#ticks = this.#used();
  }

  /** How many cores they have used since, on average; infinitely many where that cannot be known. */
  cores(): number {
    const seconds = (performance.now() - this.#at) / 1000;
    const cores = (this.#used() - this.#ticks) / TICKS_PER_SECOND / seconds;
    return Number.isNaN(cores) ? Number.POSITIVE_INFINITY : Math.max(0, cores);
  }

  #used(): number {
    if (!existsSync('/proc/stat')) return Number.NaN;
    const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = first
      .split(/ +/)
      .slice(1)
      .map(Number);
    return user + nice + system + stolen - ticksOf(process.pid);
  }
}

/** The processor time of a process and its children. It is 0 for one that has just ended. */
function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own in the program and in the kernel, and that of children that have ended.
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children
      .split(' ')
      .filter(Boolean)
      .reduce((sum, child) => sum + ticksOf(Number(child)), own);
  } catch {
    return 0;
  }
}
