import { createServer, type Server } from 'node:http';
import express from 'express';
import { fastify } from 'fastify';
import { test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import {
  type App,
  createApp,
  createHandler,
  type Handler,
  type Overrides,
} from '../../src/server/app.ts';
import { listen } from '../../src/transport/http/listen.ts';

const MOUNTS = ['port', 'express', 'fastify'] as const;
type Mount = (typeof MOUNTS)[number];

const given = process.env.TEST_MOUNT || 'port';
const mount = MOUNTS.find((one) => one === given);
if (mount === undefined) throw new Error(`TEST_MOUNT must be one of ${MOUNTS.join(', ')}.`);

/** How test servers are mounted: on their own port, or as a part of another framework's server. */
export const MOUNT: Mount = mount;

/** For tests of what only a server with its own port does: limits on connections, answers for unknown paths. */
export const testOfOwnPort = test.skipIf(MOUNT !== 'port');

/** The path of PeerQL in another server, unless a test chooses one. */
export const MOUNT_PATH = '/calls';

/** Starts PeerQL as `TEST_MOUNT` says. */
export function startMounted(config: Config, overrides: Overrides): Promise<App> {
  switch (MOUNT) {
    case 'port':
      return createApp(config, overrides);
    case 'express':
      return startIn(config, overrides, inExpress);
    case 'fastify':
      return startIn(config, overrides, inFastify);
  }
}

type Host = (calls: Handler, path: string) => Promise<Server>;

async function startIn(config: Config, overrides: Overrides, host: Host): Promise<App> {
  const path = config.pathPrefix || MOUNT_PATH;
  const mailed = config.smtpUrl !== null && config.publicUrl === null;
  const publicUrl = mailed ? `http://localhost${path}` : config.publicUrl;
  const calls = await createHandler({ ...config, publicUrl }, { path }, overrides);
  const server = await host(calls, path);
  server.on('upgrade', (request, socket, head) => {
    if (!calls.upgrade(request, socket, head)) socket.destroy();
  });
  const origin = await listen(server, config).catch(async (error: unknown) => {
    await calls.close();
    throw error;
  });
  return {
    url: `${origin}${path}`,
    store: calls.store,
    usage: () => calls.usage(),
    async close() {
      await calls.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function inExpress(calls: Handler, path: string): Promise<Server> {
  const app = express();
  app.use(path, calls.handle);
  return createServer(app);
}

async function inFastify(calls: Handler): Promise<Server> {
  const app = fastify();
  app.addHook('onRequest', (request, reply, done) => {
    calls.handle(request.raw, reply.raw, done);
  });
  await app.ready();
  return app.server;
}
