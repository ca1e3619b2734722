import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { launchFirefox } from './firefox.ts';
import type { SplitNetwork } from './split-network.ts';

/** Carries what comes to a Unix socket to a port on the same side. */
const FAR_END = `
const { connect, createServer } = require('node:net');
const [path, port] = process.argv.slice(1);
createServer((from) => {
  const to = connect(Number(port), '127.0.0.1');
  from.pipe(to).pipe(from);
  for (const [one, other] of [[from, to], [to, from]]) {
    one.on('error', () => {}).on('close', () => other.destroy());
  }
}).listen(path, () => console.log('ready'));
`;

/** A Firefox on the far side of a network, and what controls it from this side. */
export interface FarFirefox {
  readonly firefox: Browser;
  close(): Promise<void>;
}

/**
 * Launches the program of a split network, which is a Firefox. It is controlled through a Unix socket, because those are
 * the same on both sides, whatever happens to the network between them.
 */
export async function launchFarFirefox(network: SplitNetwork): Promise<FarFirefox> {
  const folder = await mkdtemp(join(tmpdir(), 'peerql-far-'));
  const path = join(folder, 'control');
  const near = await carryTo(path);
  const { port } = near.address() as AddressInfo;
  const far = spawn(await network.nodeCommand(), ['-e', FAR_END, path, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(far.stdout, 'data');
  const close = async () => {
    near.close();
    const ended = once(far, 'exit');
    far.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const firefox = await launchFirefox({
      executablePath: network.command,
      debuggingPort: port,
    });
    return {
      firefox,
      async close() {
        await firefox.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Carries what comes to a free port of this side to a Unix socket. */
async function carryTo(path: string): Promise<Server> {
  const server = createServer((from) => {
    const to = connect(path);
    from.pipe(to).pipe(from);
    from.on('error', () => {}).on('close', () => to.destroy());
    to.on('error', () => {}).on('close', () => from.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
