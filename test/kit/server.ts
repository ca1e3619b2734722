import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config.ts';
import type { App, Overrides } from '../../src/server/app.ts';
import { keptLog, registerSecrets, registerSecretsOfEnv } from './kept-logs.ts';
import { startMounted } from './mounts.ts';
import { UNHURRIED } from './unhurried.ts';

/** A real server on a free port, with a separate embedded store: standalone, or in another server (`TEST_MOUNT`). */
export interface TestServer {
  readonly url: string;
  readonly graphqlUrl: string;
  readonly socketUrl: string;
  readonly dataDir: string;
  readonly app: App;
  /** Stops it; the data is kept until {@link TestServer.close}. */
  stop(): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Environment variables, as an operator would set them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
  /** Uses the data in this folder instead of a new folder. */
  readonly dataDir?: string;
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'peerql-test-')));
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    STUN_URLS: 'stun:127.0.0.1:3478',
    SHUTDOWN_SECONDS: '1',
    // All clients of the tests have one address.
    REGISTRATIONS_PER_ADDRESS: '1000000',
    ROOMS_PER_USER: '1000000',
    // Every test sends new documents, which take long to prepare on a busy machine.
    PREPARING_MS_PER_SECOND: '1000',
    // All tests share one address, and send requests as fast as they can.
    EXECUTION_MS_PER_SECOND: '1000',
    EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000',
    ...UNHURRIED,
    ...options.env,
  });
  const log = keptLog(options.overrides?.log);
  const app = await startMounted(config, { ...options.overrides, ...(log && { log }) });
  registerSecretsOfEnv(options.env ?? {});
  if (config.jwtSecrets.length === 0) {
    registerSecrets((await readFile(join(dataDir, 'jwt-secret'), 'utf8')).trim());
  }
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= app.close();
    return stopped;
  };
  return {
    url: app.url,
    graphqlUrl: `${app.url}/graphql`,
    socketUrl: `${app.url.replace('http', 'ws')}/graphql`,
    dataDir,
    app,
    stop,
    async close() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
