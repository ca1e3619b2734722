import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './rpc.ts';
import type { ServerVariant } from './servers.ts';

/** Limits that would cap a run, with their raised values. The peers have no such limits. */
export const liftedLimits = {
  SIGNALS_PER_SECOND: '10000000',
  SIGNAL_BURST: '10000000',
  MESSAGES_PER_SECOND: '10000000',
  MESSAGES_PER_SECOND_PER_ADDRESS: '100000000',
  SOCKETS_PER_USER: '1000000',
  SOCKETS_PER_ADDRESS: '1000000',
  MAX_ROOM_CAPACITY: '1000',
  PASSWORD_QUEUE: '1000',
  SESSIONS_PER_USER: '100000',
  REGISTRATIONS_PER_ADDRESS: '1000000',
  EXECUTION_MS_PER_SECOND: '1000',
  EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000',
  ROOMS_PER_USER: '1000000',
  MUTATION_BURST: '10000000',
  TOLD_BURST: '10000000',
  QUERY_BURST: '10000000',
  JOIN_BURST: '10000000',
  SIGNAL_BYTES_BURST: '1000000000',
  USER_BYTES_BURST: '1000000000',
  SENT_BYTES: '60000000000',
  UNREAD_BYTES: '1000000000',
  MAILBOX_BYTES: '1000000000',
  PROCESS_UNREAD_BYTES: '60000000000',
  SOCKET_BUFFER_BYTES: '4194304',
  CONNECTIONS: '1000000',
  CONNECTIONS_PER_ADDRESS: '1000000',
  REQUESTS_PER_ADDRESS: '1000000',
  REQUESTS_PER_SECOND_PER_ADDRESS: '1000000',
  RINGS_PER_USER: '1000000',
  RINGS_PER_PAIR: '1000000',
  RINGS_PER_ADDRESS: '1000000',
} as const;

const entry = new URL('../peers/peerql.js', import.meta.url);
const control = new URL('./control.js', import.meta.url);
const generatorEntry = new URL('../generator/main.js', import.meta.url);

/** Accounts on disk, created once; every PeerQL server of the run starts with a copy. */
export class PeerQLServers {
  readonly #folder: string;
  readonly #secret: string;
  readonly #tokens: string[];
  #copies = 0;

  private constructor(folder: string, secret: string, tokens: string[]) {
    this.#folder = folder;
    this.#secret = secret;
    this.#tokens = tokens;
  }

  /** Registers accounts through the API of a server, which then stops normally. */
  static async seed(accounts: number): Promise<PeerQLServers> {
    const folder = await mkdtemp(join(tmpdir(), 'peerql-bench-'));
    const secret = randomBytes(32).toString('base64');
    const seeded = new PeerQLServers(folder, secret, []);
    const server = new Child('PeerQL', entry, {
      env: seeded.#environment(join(folder, 'seed')),
      execArgv: ['--import', control.href],
    });
    const generator = new Child('the generator', generatorEntry);
    try {
      const { port } = (await server.ready) as { port: number };
      await generator.ready;
      seeded.#tokens.push(...(await generator.call<string[]>('seed', { port, accounts }, 300_000)));
    } finally {
      await generator.end();
      await server.stop();
    }
    return seeded;
  }

  /** A server with a separate folder, which the `nodes` of a cluster share. */
  async variant(
    name: string,
    label: string,
    { signalIds = false, nodes }: { signalIds?: boolean; nodes?: number } = {},
  ): Promise<ServerVariant> {
    const folder = join(this.#folder, `copy-${++this.#copies}`);
    await cp(join(this.#folder, 'seed'), folder, { recursive: true });
    return {
      name,
      label,
      entry,
      args: [],
      env: this.#environment(folder),
      protocol: { name: 'peerql', tokens: this.#tokens, signalIds },
      presence: true,
      accounts: true,
      calls: true,
      ...(nodes !== undefined && { cluster: { nodes, accounts: this.#tokens.length } }),
    };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #environment(folder: string): Record<string, string> {
    return {
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      JWT_SECRET: this.#secret,
      LOG_LEVEL: 'warn',
      STUN_URLS: 'stun:127.0.0.1:3478',
      ...liftedLimits,
    };
  }
}
