import { readdirSync, readFileSync } from 'node:fs';

/** All descendants of a process, on Linux. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const own = children.get(next) ?? [];
    found.push(...own);
    waiting.push(...own);
  }
  return found;
}

function parentOf(pid: string): number | null {
  try {
    // The name, in brackets, may contain anything; the state and the parent follow it.
    const [, parent] = /\) \S (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return parent === undefined ? null : Number(parent);
  } catch {
    // The process has ended meanwhile.
    return null;
  }
}

/** Runs `start`; resolves to its result and to the processes that it has started. */
export async function startedBy<Made>(start: () => Promise<Made>): Promise<[Made, number[]]> {
  const before = new Set(descendantsOf(process.pid));
  const made = await start();
  return [made, descendantsOf(process.pid).filter((pid) => !before.has(pid))];
}
