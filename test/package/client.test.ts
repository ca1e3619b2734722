import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import root from '../../package.json' with { type: 'json' };
import own from '../../src/client/package.json' with { type: 'json' };
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { installedIn, OUTSIDE, Packed } from '../kit/packed.ts';
import { startServer } from '../kit/server.ts';

const run = promisify(execFile);

let packed: Packed;
let folder: string;

beforeAll(async () => {
  packed = await Packed.make('dist/client');
  folder = await packed.install();
});
afterAll(() => packed?.remove());

test('adds four packages: itself, graphql-ws, graphql and the types of documents', async () => {
  const installed = Object.keys(await installedIn(folder));
  expect(installed.sort()).toEqual([
    'node_modules/@graphql-typed-document-node/core',
    'node_modules/@peerql/client',
    'node_modules/graphql',
    'node_modules/graphql-ws',
  ]);
});

test('is of this version, and wants the dependencies that it is tested with', async () => {
  const manifest = JSON.parse(
    await readFile(join(folder, 'node_modules/@peerql/client/package.json'), 'utf8'),
  );
  expect(manifest).toMatchObject({ version: root.version, sideEffects: own.sideEffects });
  const tested: Record<string, string> = { ...root.dependencies, ...root.devDependencies };
  for (const [name, range] of Object.entries(own.dependencies)) {
    expect([name, range]).toEqual([name, tested[name]]);
  }
});

test('holds built files and the words about them, and nothing else', () => {
  const expected = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|standalone\.js|peerql-push-worker\.js)$/,
    /^generated\/persisted-documents\.json$/,
    /^(cjs\/)?(generated\/)?[\w-]+\.(js|d\.ts)$/,
    /^cjs\/package\.json$/,
  ];
  const others = packed.files.filter(({ path }) => !expected.some((one) => one.test(path)));
  expect(others.map(({ path }) => path)).toEqual([]);
  expect(packed.size).toBeLessThan(320_000);
});

test('publint has nothing to say', async () => {
  const tarball = new Uint8Array(await packed.bytes()).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test('its types are those of its code, for ES modules and CommonJS alike', async () => {
  const tarball = createPackageFromTarballData(new Uint8Array(await packed.bytes()));
  const excludeEntrypoints = ['standalone.js', 'peerql-push-worker.js', 'persisted-documents.json'];
  const result = await checkPackage(tarball, { excludeEntrypoints });
  if (!result.types) throw new Error('It has no types.');
  // `node10` knows no exports.
  const problems = result.problems.filter(
    (problem) => !('resolutionKind' in problem) || problem.resolutionKind !== 'node10',
  );
  expect(problems).toEqual([]);
});

test('Vite bundles it, and of a document alone nothing of the rest', async () => {
  const sizeOf = async (name: string) => {
    await writeFile(join(folder, 'entry.js'), `export { ${name} } from '@peerql/client';`);
    const built = await build({
      configFile: false,
      root: folder,
      logLevel: 'error',
      build: {
        write: false,
        lib: { entry: 'entry.js', formats: ['es'] },
        rollupOptions: { external: [] },
      },
    });
    const [first] = Array.isArray(built) ? built : [built];
    if (first === undefined || !('output' in first)) throw new Error('Nothing was built.');
    return first.output.reduce((sum, part) => sum + ('code' in part ? part.code.length : 0), 0);
  };
  expect(await sizeOf('createClient')).toBeGreaterThan(50_000);
  expect(await sizeOf('CloseRoomDocument')).toBeLessThan(5000);
});

test('Jest loads it as it comes, with CommonJS and without any configuration', async () => {
  const project = await packed.install('jest@30');
  await writeFile(
    join(project, 'sdk.test.js'),
    `const { createClient, RoomFullError } = require('@peerql/client');
const { RoomEventsDocument } = require('@peerql/client/documents');
const { possibleTypes } = require('@peerql/client/possible-types');
test('it is there', () => {
  expect(typeof createClient({ url: 'http://localhost:5000/graphql' }).joinRoom).toBe('function');
  expect(RoomEventsDocument.kind).toBe('Document');
  expect(possibleTypes.Error).toContain('RoomFullError');
  expect(() => createClient({ url: 'ftp://a' })).toThrow(/http: or https:/);
});
`,
  );
  await writeFile(join(project, 'package.json'), '{ "private": true }');
  const jest = join(project, 'node_modules/jest/bin/jest.js');
  const { stderr } = await run(process.execPath, [jest, '--rootDir', project], {
    cwd: project,
    env: { ...OUTSIDE, NODE_OPTIONS: '' },
  });
  expect(stderr).toContain('1 passed');
});

describeInBrowser('a page without a bundler', () => {
  test('takes one file, and makes a room', async () => {
    const pagesFolder = await mkdtemp(join(tmpdir(), 'peerql-plain-'));
    const installed = join(folder, 'node_modules/@peerql/client/standalone.js');
    await cp(installed, join(pagesFolder, 'peerql.js'));
    await writeFile(
      join(pagesFolder, 'main.js'),
      `import { createClient } from './peerql.js';
const client = createClient();
await client.register({ name: 'Ann', email: 'ann@example.com', password: 'a long passphrase' });
document.title = (await client.createRoom({ name: 'Tea' })).name;
`,
    );
    await writeFile(
      join(pagesFolder, 'index.html'),
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>',
    );
    const server = await startServer({ overrides: { pagesFolder } });
    const browser = await launchBrowser('granted');
    try {
      const page = await browser.newPage();
      await page.goto(`${server.url}/`);
      await page.waitForFunction(() => document.title === 'Tea');
    } finally {
      await browser.close();
      await server.close();
      await rm(pagesFolder, { recursive: true, force: true });
    }
  });
});
