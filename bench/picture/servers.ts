import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { liftedLimits } from '../harness/peerql.ts';
import { Child } from '../harness/rpc.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_MS = 30_000;

/** A process that answers HTTP at a port. */
export interface Server {
  readonly port: number;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number, path: string): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    if (answer?.ok) return;
    if (performance.now() > until) throw new Error(`Nothing answers at ${port}${path}.`);
    await wait(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** The product, started like `npm start`. */
export async function startPeerQl(): Promise<Server> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'peerql-picture-'));
  const child = spawn(process.execPath, ['--single-threaded-gc', join(ROOT, 'dist/main.js')], {
    env: {
      ...process.env,
      ...liftedLimits,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await answers(port, '/health');
  return {
    port,
    async close() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PeerJS's own server, in a separate process. */
export async function startPeerJs(): Promise<Server> {
  const child = new Child('PeerJS', new URL('../peers/peerjs.js', import.meta.url));
  const { port } = (await child.ready) as { port: number };
  return { port, close: () => child.stop() };
}

const LIVEKIT = { key: 'bench', secret: 'a secret of at least thirty-two bytes' };

/** LiveKit's server, as the program that LIVEKIT_BINARY names; null without one. */
export async function startLiveKit(): Promise<Server | null> {
  const program = process.env.LIVEKIT_BINARY;
  if (program === undefined) return null;
  const port = await freePort();
  const config = [
    `port: ${port}`,
    'bind_addresses: ["127.0.0.1"]',
    `keys: { ${LIVEKIT.key}: "${LIVEKIT.secret}" }`,
    `rtc: { tcp_port: ${await freePort()}, port_range_start: 50000, port_range_end: 60000, node_ip: 127.0.0.1, enable_loopback_candidate: true }`,
    'logging: { level: error }',
  ].join('\n');
  const child = spawn(program, ['--config-body', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await answers(port, '/');
  return { port, close: () => end(child) };
}

/** Lets somebody into LiveKit's room of the measurement (a JWT, as its server SDK makes it). */
export function liveKitToken(identity: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: LIVEKIT.key,
    sub: identity,
    exp: Math.floor(Date.now() / 1_000) + 3_600,
    video: { room: 'bench', roomJoin: true },
  };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', LIVEKIT.secret).update(signed).digest('base64url')}`;
}

/** Serves the page of a measurement. @param of the folder of the measurement */
export async function servePage(of: 'picture' | 'mesh'): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'bench', of, 'page/main.mjs')],
    bundle: true,
    format: 'esm',
    write: false,
    alias: { 'peerql/client': join(ROOT, 'dist/client/index.js') },
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/main.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><script type="module" src="/main.js"></script>',
    );
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
