import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** The cores that this process may use, as taskset(1) numbers them; none where it cannot be asked. */
const cores = allowedCores();

function allowedCores(): readonly number[] {
  if (spawnSync('taskset', ['--version']).status !== 0) return [];
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, list = ''] = /Cpus_allowed_list:\s*(\S+)/.exec(status) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** Gives the first core to the main thread of a process, as far as the others here are concerned. */
export function giveCore(pid: number): void {
  if (cores.length > 1) spawnSync('taskset', ['-c', '-p', `${cores[0]}`, `${pid}`]);
}

/** Keeps a process with all its threads off that core, where there are others. */
export function keepOff(pid: number): void {
  if (cores.length > 1) {
    spawnSync('taskset', ['-a', '-c', '-p', cores.slice(1).join(','), `${pid}`]);
  }
}

/** This process is an attacker from now on. Attackers have other machines, so everybody else comes before it. */
export function becomeAttacker(): void {
  keepOff(process.pid);
  if (process.platform !== 'linux') {
    setPriority(constants.priority.PRIORITY_LOW);
    return;
  }
  // On Linux each thread has its own priority.
  for (const thread of readdirSync('/proc/self/task')) {
    setPriority(Number(thread), constants.priority.PRIORITY_LOW);
  }
}
