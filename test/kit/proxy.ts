import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { findOrSkip } from './program.ts';
import { until } from './waiting.ts';

export type ProxyName = 'nginx' | 'haproxy' | 'caddy';

/** The path of a proxy; without one it prints one line and returns null, and under CI it throws. */
export function findProxy(name: ProxyName): string | null {
  const how = `No ${name}: the tests behind proxies need it. Install it, or set ${name.toUpperCase()}_BINARY.`;
  return findOrSkip(`${name.toUpperCase()}_BINARY`, [name], how, `/usr/sbin/${name}`);
}

/** The shipped configuration of each proxy, with a test's ports and one server as the back end. */
const FILES: Readonly<Record<ProxyName, (listen: number, target: number) => string>> = {
  nginx: (listen, target) => ported(shipped('nginx.conf'), listen, target),
  caddy: (listen, target) =>
    shipped('Caddyfile')
      .replace(/^:8080 \{/m, `{\n\tadmin off\n}\nhttp://:${listen} {\n\tbind 127.0.0.1`)
      .replaceAll('127.0.0.1:5000', `127.0.0.1:${target}`),
  haproxy: (listen, target) =>
    ported(shipped('haproxy.cfg'), listen, target)
      // A number for which every machine allows enough open files.
      .replace('maxconn 50000', 'maxconn 500')
      .replace(/resolvers docker\n(?: .*\n)*/, '')
      .replace(/server-template .*/, `server node 127.0.0.1:${target}`),
};

function shipped(file: string): string {
  return readFileSync(new URL(`../../deploy/${file}`, import.meta.url), 'utf8');
}

function ported(text: string, listen: number, target: number): string {
  return text
    .replace(/^(\s*listen |\s*bind :)8080/m, (_, before: string) => {
      return `${before.replace(/:$/, '')}127.0.0.1:${listen}`;
    })
    .replaceAll('127.0.0.1:5000', `127.0.0.1:${target}`);
}

/** A real proxy on the loopback interface, in front of one server. */
export class FrontProxy {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param change changes the shipped configuration */
  static async start(
    name: ProxyName,
    binary: string,
    serverUrl: string,
    change: (text: string) => string = (text) => text,
  ): Promise<FrontProxy> {
    const folder = mkdtempSync(join(tmpdir(), `peerql-${name}-`));
    const listen = await freePort();
    const file = join(folder, 'proxy.conf');
    const text = change(FILES[name](listen, Number(new URL(serverUrl).port)));
    writeFileSync(file, name === 'nginx' ? inNginx(text, folder) : text);
    const args = {
      nginx: ['-p', folder, '-c', file, '-g', 'daemon off;'],
      haproxy: ['-f', file, '-db'],
      caddy: ['run', '--adapter', 'caddyfile', '--config', file],
    }[name];
    const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_DATA_HOME: folder };
    const child = spawn(binary, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const url = `http://127.0.0.1:${listen}`;
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`${name} did not start: ${said}`);
        return fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      () => `${name} to pass requests on: ${said}`,
    );
    return new FrontProxy(url, child, folder);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function inNginx(site: string, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    `pid ${folder}/pid; error_log stderr; worker_processes 1;`,
    'events { worker_connections 256; }',
    `http { access_log off; ${temporary.map((one) => `${one}_temp_path ${folder}/${one};`).join(' ')}`,
    site,
    '}',
  ].join('\n');
}
