// Walks a release without npm's registry: publishes all packages to a registry on this machine, installs them from it in an
// empty folder, starts the server, and makes a call with video in two browsers. Prints how long each step took.
//   npm --prefix scripts/release ci && npm --prefix scripts/release run walk
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCall } from './call.mjs';
import { build, packages } from './packages.mjs';
import { publish } from './publish.mjs';
import { startRegistry } from './registry.mjs';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'peerql-release-'));
const app = join(folder, 'app');
const walkBegan = performance.now();

async function step(name, work) {
  const began = performance.now();
  const result = await work();
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${name}`);
  return result;
}

/** Starts the server that was installed; resolves to its URL and what stops it. */
async function startServer(env) {
  const child = spawn(join(app, 'node_modules/.bin/peerql'), [], {
    cwd: app,
    env: { ...env, HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(app, 'data'), STUN_URLS: ',' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const [, url] = /Call page: (\S+)/.exec(output) ?? [];
    if (url === undefined) continue;
    return {
      url,
      async stop() {
        child.kill('SIGTERM');
        const [code] = await ended;
        if (code !== 0) throw new Error(`The server ended with ${code}.`);
      },
    };
  }
  throw new Error(`The server did not start: ${output}`);
}

let registry = null;
try {
  await step('build', build);
  await step('npm publish --dry-run', () => publish({ dryRun: true, env: process.env }));
  registry = await step('start a registry', () => startRegistry(join(folder, 'registry')));
  const { url, env } = registry;
  await step('publish', () => publish({ registry: url, env }));
  await step('publish again: all are there', () => publish({ registry: url, env }));
  const all = await packages();
  await step('install in an empty folder', async () => {
    await mkdir(app);
    await writeFile(join(app, 'package.json'), '{ "private": true }');
    const args = ['install', '--engine-strict', '--no-audit', '--no-fund'];
    const { stdout, stderr } = await run('npm', [...args, ...all.map(({ name }) => name)], {
      cwd: app,
      env,
    });
    if (/npm warn/.test(stdout + stderr)) throw new Error(`npm warns:\n${stdout}${stderr}`);
    for (const { name, version } of all) {
      const manifest = join(app, 'node_modules', name, 'package.json');
      const installed = JSON.parse(await readFile(manifest, 'utf8')).version;
      if (installed !== version) throw new Error(`${name} is ${installed}, not ${version}.`);
    }
  });
  const server = await step('start the server', () => startServer(env));
  try {
    const sdk = join(app, 'node_modules/@peerql/client/standalone.js');
    await step('a call with video between two browsers', () => makeCall(server.url, sdk));
  } finally {
    await step('stop the server', () => server.stop());
  }
} finally {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(
  `${((performance.now() - walkBegan) / 1000).toFixed(1).padStart(7)} s  in all, with Node.js ${process.version}`,
);
