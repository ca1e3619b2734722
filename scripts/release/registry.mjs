// A registry on this machine, for the walk: it takes PeerQL's packages, and gets all others from npm's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './packages.mjs';

const VERDACCIO = fileURLToPath(new URL('node_modules/verdaccio/bin/verdaccio', import.meta.url));
const START_MS = 60_000;

/** Starts one with its data in `folder`; resolves to its URL, the environment for npm, and what stops it. */
export async function startRegistry(folder) {
  await mkdir(folder, { recursive: true });
  const upstream = (await npm(['config', 'get', 'registry'])).trim();
  const own = { access: '$all', publish: '$all' };
  const config = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { npm: { url: upstream } },
    packages: { peerql: own, '@peerql/*': own, '**': { access: '$all', proxy: 'npm' } },
    max_body_size: '50mb',
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const args = [
    VERDACCIO,
    '--config',
    join(folder, 'config.yaml'),
    '--listen',
    `127.0.0.1:${port}`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(child, 'exit');
  const userconfig = join(folder, 'npmrc');
  // npm sends nothing without a token; this registry does not look at it.
  await writeFile(userconfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=walk\n`);
  await answers(`${url}-/ping`, child);
  return {
    url,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
      npm_config_userconfig: userconfig,
      npm_config_registry: url,
      npm_config_cache: join(folder, 'cache'),
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url, child) {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGTERM');
  throw new Error('The registry did not start.');
}

async function freePort() {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  holder.close();
  await once(holder, 'close');
  return port;
}
