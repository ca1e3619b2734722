import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { keepOutput, registerSecretsOfEnv } from './kept-logs.ts';
import { until } from './waiting.ts';

/** What `.ci/image` has built. */
const IMAGE = 'localhost/peerql:test';
const READY_MS = 60_000;

let started = 0;

export interface ContainerOptions {
  /** User and group, as numbers: `54321:0`. */
  readonly user: string;
  /** A folder of the host, which becomes `/data`. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A container of the image: its root is read-only, it has no capability, and only `/data` and `/tmp` can be written. */
export class Container {
  output = '';
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
  readonly #name: string;

  /** @param command instead of the image's own */
  constructor({ user, dataDir, env = {} }: ContainerOptions, command: readonly string[] = []) {
    started += 1;
    this.#name = `peerql-${process.pid}-${started}`;
    const given = { HOST: '127.0.0.1', PORT: '0', ...env };
    registerSecretsOfEnv(given);
    const args = [
      ...['run', '--rm', '--name', this.#name, '--user', user, '--network', 'host'],
      ...[
        '--read-only',
        '--read-only-tmpfs=false',
        '--tmpfs',
        '/tmp',
        '--volume',
        `${dataDir}:/data`,
      ],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      // Lower than what podman asks for, which the host may not allow. Its health checks need systemd.
      ...['--ulimit', 'nofile=8192:8192', '--ulimit', 'nproc=8192:8192', '--no-healthcheck'],
      ...Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ];
    const [program, ...options] = podman();
    const child = spawn(program, [...options, ...args, IMAGE, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    keepOutput('built', child.stdout, child.stderr);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  }

  /** Waits until the server is up; resolves to its URL. */
  async up(): Promise<string> {
    const url = () => /"url":"(http:[^"]+)".*PeerQL is up/.exec(this.output)?.[1];
    let ended = false;
    void this.ended.then(() => {
      ended = true;
    });
    await until(
      () => ended || url() !== undefined,
      () => `the server: ${this.output}`,
      READY_MS,
    );
    const found = url();
    if (found === undefined) throw new Error(`It did not start: ${this.output}`);
    return found;
  }

  /** Runs a program inside, as the container's user; resolves to its output, rejects if its exit code is not 0. */
  async execute(...command: string[]): Promise<string> {
    return (await run('exec', this.#name, ...command)).trim();
  }

  /** Stops it as an operator does: SIGTERM to process 1, SIGKILL after `graceSeconds`. Resolves to the exit code. */
  async stop(graceSeconds: number): Promise<number | null> {
    await run('stop', '--time', String(graceSeconds), this.#name);
    return this.ended;
  }

  /** Removes it, whether it runs or not. */
  async remove(): Promise<void> {
    await run('rm', '--force', '--ignore', '--time', '0', this.#name);
    await this.ended;
  }
}

/** The command of the image's health check. */
export async function healthCheck(): Promise<string[]> {
  const shown = await run('image', 'inspect', '--format', '{{json .HealthCheck.Test}}', IMAGE);
  const [kind, ...command] = JSON.parse(shown) as string[];
  if (kind !== 'CMD') throw new Error(`The health check is ${shown}`);
  return command;
}

function podman(): [string, ...string[]] {
  const store = process.env.IMAGE_STORE;
  if (store === undefined) throw new Error('IMAGE_STORE is not set: run .ci/image.');
  const places = ['--root', `${store}/storage`, '--runroot', `${store}/run`];
  return ['podman', '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', ...places];
}

async function run(...args: string[]): Promise<string> {
  const [program, ...options] = podman();
  return (await promisify(execFile)(program, [...options, ...args])).stdout;
}
