import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The unit of process times in /proc (proc(5), `_SC_CLK_TCK`): 10 ms on every Linux that Node runs on. */
const TICK_MICROS = 10_000;
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const TRIES = 20;

/** Whether a `redis-server` is on the PATH. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** User and system time of all threads of a process since it started, in microseconds (proc(5)). */
export function cpuMicrosOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}

/** A redis-server for one run, only in memory. */
export class Redis {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<Redis> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      // Redis cannot choose a free port by itself.
      const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
      const child = spawn(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      for await (const line of createInterface({ input: child.stdout })) {
        if (!line.includes('Ready to accept connections')) continue;
        child.stdout.resume();
        return new Redis(child, port);
      }
    }
    throw new Error('redis-server found no free port');
  }

  cpuMicros(): number {
    return cpuMicrosOf(this.#process.pid ?? 0);
  }

  async end(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
