import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { findOrSkip, findProgram } from './program.ts';

const VARIABLE = 'TURNSERVER_BINARY';
const NAMES = ['turnserver'];
const START_MS = 15_000;
/** Other tests may take a port between the moment when it was free and the start. */
const TRIES = 5;
/** What every TURN server of a test shares with those who make credentials for it. */
export const TURN_SECRET = 'a secret that the TURN server shares';
const HOW =
  'install coturn (Debian: apt-get install coturn) or name its turnserver by TURNSERVER_BINARY';

/** Whether there is a TURN server. Without one it prints one loud line; with CI=true it throws. */
export function hasTurnServer(): boolean {
  return findOrSkip(VARIABLE, NAMES, `No TURN server: to make calls through one, ${HOW}.`) !== null;
}

/** A real coturn on free loopback ports, with users of the TURN REST scheme. */
export class TurnServer {
  readonly url: string;
  readonly secret: string;
  /** Where it listens for TLS; null if it does not. */
  readonly tlsPort: number | null;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #output: string[];

  private constructor(parts: {
    url: string;
    secret: string;
    tlsPort: number | null;
    child: ChildProcess;
    folder: string;
    output: string[];
  }) {
    this.url = parts.url;
    this.secret = parts.secret;
    this.tlsPort = parts.tlsPort;
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.#output = parts.output;
  }

  /**
   * @param port a free one. Default: any
   * @param tls whether it also listens for TCP, and for TLS with a certificate that nobody has signed. Default: UDP alone
   * @param blocks whether it lets nothing through to loopback addresses, where all tests are. Default: false
   */
  static async start({
    port,
    tls = false,
    blocks = false,
  }: {
    port?: number;
    tls?: boolean;
    blocks?: boolean;
  } = {}): Promise<TurnServer> {
    for (let tries = 1; ; tries += 1) {
      const tlsPort = tls ? await freePort() : null;
      try {
        return await TurnServer.#start(port ?? (await freeUdpPort()), tlsPort, blocks);
      } catch (error) {
        if (tries === TRIES) throw error;
      }
    }
  }

  static async #start(port: number, tlsPort: number | null, blocks: boolean): Promise<TurnServer> {
    const binary = findProgram(VARIABLE, NAMES);
    if (binary === null) throw new Error(`No TURN server: ${HOW}.`);
    const folder = await mkdtemp(join(tmpdir(), 'peerql-turn-'));
    const tls = tlsPort === null ? ['--no-tls', '--no-tcp'] : await tlsFlags(folder, tlsPort);
    const child = spawn(
      binary,
      [
        '-n',
        ...['--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1'],
        ...['--listening-port', String(port), '--min-port', '49152', '--max-port', '65535'],
        ...['--realm', 'peerql.test', '--use-auth-secret', '--static-auth-secret', TURN_SECRET],
        // In tests all peers are on one machine, at its loopback addresses.
        ...(blocks ? [] : ['--allow-loopback-peers']),
        ...tls,
        ...['--no-dtls', '--no-cli', '--no-software-attribute'],
        ...['--log-file', 'stdout', '--simple-log', '--verbose'],
        ...['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'users')],
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output: string[] = [];
    const listens = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The TURN server did not start.')), START_MS);
      const heard = (chunk: Buffer) => {
        output.push(chunk.toString());
        const all = output.join('');
        // Otherwise it tries the port again and again, and answers nobody meanwhile.
        if (all.includes('Cannot bind'))
          reject(new Error(`A port of the TURN server is taken: ${all}`));
        if (!all.includes(`UDP listener opened on: 127.0.0.1:${port}`)) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.on('data', heard);
      child.stderr.on('data', heard);
      child.once('exit', () => reject(new Error(`The TURN server ended: ${output.join('')}`)));
    });
    const server = new TurnServer({
      url: `turn:127.0.0.1:${port}`,
      ...{ secret: TURN_SECRET, tlsPort, child, folder, output },
    });
    try {
      await listens;
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** The user names with which relays were allocated, without repeats. */
  users(): string[] {
    const log = this.#output.join('');
    const found = [...log.matchAll(/user <([^>]+)>: incoming packet ALLOCATE processed, success/g)];
    return [...new Set(found.flatMap(([, user]) => user ?? []))];
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function tlsFlags(folder: string, port: number): Promise<string[]> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-days', '2', '-keyout', key, '-out', certificate],
  ]);
  return ['--tls-listening-port', String(port), '--cert', certificate, '--pkey', key];
}

/** A UDP port that is free at this moment. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
