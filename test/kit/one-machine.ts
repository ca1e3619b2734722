import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { findOrSkip } from './program.ts';
import { findProxy } from './proxy.ts';
import { until } from './waiting.ts';

const SHIPPED = fileURLToPath(new URL('../../deploy/one-machine', import.meta.url));

/** Caddy and coturn as `deploy/one-machine` sets them up, each from its shipped configuration. */
export class OneMachine {
  readonly domain: string;
  /** What compose.yaml and .env give the server. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  #turnLog = '';
  #caddyLog = '';

  private constructor(domain: string, folder: string, env: Record<string, string>) {
    this.domain = domain;
    this.#folder = folder;
    this.env = env;
  }

  /** Runs the set-up in a copy. @param folder is created */
  static async setUp(domain: string, folder: string): Promise<OneMachine> {
    await cp(SHIPPED, folder, { recursive: true });
    await promisify(execFile)(join(folder, 'setup'), [domain]);
    const secrets = parseEnv(await readFile(join(folder, '.env'), 'utf8'));
    const compose = await readFile(join(folder, 'compose.yaml'), 'utf8');
    const server = /^ {2}peerql:\n[\s\S]*?^ {4}environment:\n(?<rows>(?: {6}.*\n)+)/m.exec(compose);
    const rows = [...(server?.groups?.rows ?? '').matchAll(/^ {6}(\w+): (.*)$/gm)];
    const env = rows.map(([, name = '', value = '']) => {
      return [name, value.replaceAll('"', '').replaceAll(/\$\{DOMAIN[^}]*\}/g, domain)] as const;
    });
    return new OneMachine(domain, folder, { ...definedOnly(secrets), ...Object.fromEntries(env) });
  }

  /** Starts coturn, and Caddy with a certificate authority of its own, on their usual ports. */
  async start(): Promise<void> {
    const turnserver = findOrSkip('TURNSERVER_BINARY', ['turnserver'], 'There is no coturn.') ?? '';
    const files = [
      '--pidfile',
      join(this.#folder, 'turn.pid'),
      '--userdb',
      join(this.#folder, 'turn.db'),
    ];
    const configuration = join(this.#folder, 'secrets/turnserver.conf');
    const turn = spawn(
      turnserver,
      ['-c', configuration, '--log-file', 'stdout', '--simple-log', '--verbose', ...files],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#children.push(turn);
    turn.stdout.on('data', (chunk: Buffer) => {
      this.#turnLog += chunk.toString();
    });

    const caddyfile = join(this.#folder, 'Caddyfile.test');
    // No authority can be reached from here, so that Caddy is its own.
    const global = '{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n}\n';
    await writeFile(caddyfile, `${global}import ${join(this.#folder, 'Caddyfile')}\n`);
    const { PATH = '' } = process.env;
    const home = join(this.#folder, 'caddy');
    await mkdir(home);
    const program = findProxy('caddy') ?? '';
    const { stdout: version } = await promisify(execFile)(program, ['version']);
    // As deploy/systemd/install does.
    const older = /^v?2\.[0-6]\./.test(version) && { BUFFERING: 'buffer_requests' };
    const caddy = spawn(program, ['run', '--adapter', 'caddyfile', '--config', caddyfile], {
      env: { PATH, HOME: home, XDG_DATA_HOME: home, DOMAIN: this.domain, ...older },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#children.push(caddy);
    caddy.stderr.on('data', (chunk: Buffer) => {
      this.#caddyLog += chunk.toString();
    });
    await until(
      () => this.authority().then(Boolean, () => false),
      () => `a certificate: ${this.#caddyLog}`,
    );
    await until(
      () => /listener opened/i.test(this.#turnLog),
      () => `coturn: ${this.#turnLog}`,
    );
  }

  /** The certificate of Caddy's authority. */
  authority(): Promise<string> {
    return readFile(join(this.#folder, 'caddy/caddy/pki/authorities/local/root.crt'), 'utf8');
  }

  /** The user names with which relays were allocated, without repeats. */
  relayedUsers(): string[] {
    const found = this.#turnLog.matchAll(
      /user <([^>]+)>: incoming packet ALLOCATE processed, success/g,
    );
    return [...new Set([...found].flatMap(([, user]) => user ?? []))];
  }

  /** The path of the script that makes backups. */
  async backupScript(): Promise<string> {
    const path = join(this.#folder, 'backup');
    await chmod(path, 0o755);
    return path;
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function definedOnly(env: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
