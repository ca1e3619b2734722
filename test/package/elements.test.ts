import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import root from '../../package.json' with { type: 'json' };
import own from '../../src/elements/package.json' with { type: 'json' };
import { Packed } from '../kit/packed.ts';

const run = promisify(execFile);

let client: Packed;
let packed: Packed;
let folder: string;

beforeAll(async () => {
  client = await Packed.make('dist/client');
  packed = await Packed.make('dist/elements');
  folder = await packed.install(client.tarball);
});
afterAll(() => Promise.all([client?.remove(), packed?.remove()]));

test('is of this version, with the SDK of the same, and the lit that it is tested with', async () => {
  const manifest = JSON.parse(
    await readFile(join(folder, 'node_modules/@peerql/elements/package.json'), 'utf8'),
  );
  const { version } = root;
  expect(manifest).toMatchObject({
    version,
    dependencies: { '@peerql/client': version, lit: root.devDependencies.lit },
  });
});

test('holds built files and the words about them, and nothing else', () => {
  const expected = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|standalone\.js)$/,
    /^((messages|styles)\/)?[\w-]+\.(js|d\.ts)$/,
  ];
  const others = packed.files.filter(({ path }) => !expected.some((one) => one.test(path)));
  expect(others.map(({ path }) => path)).toEqual([]);
  expect(packed.size).toBeLessThan(200_000);
});

test('publint has nothing to say, and its types are those of its code', async () => {
  const bytes = new Uint8Array(await packed.bytes());
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  const tarball = createPackageFromTarballData(bytes);
  const result = await checkPackage(tarball, { excludeEntrypoints: ['standalone.js'] });
  if (!result.types) throw new Error('It has no types.');
  // It has no CommonJS, and `node10` knows no exports.
  const problems = result.problems.filter(
    (problem) =>
      !('resolutionKind' in problem) ||
      (problem.resolutionKind !== 'node10' && problem.resolutionKind !== 'node16-cjs'),
  );
  expect(problems).toEqual([]);
});

test('every entry can be imported on a server, which renders pages without elements', async () => {
  // React, and what binds elements to it, are for the application to install.
  const entries = Object.keys(own.exports).filter(
    (one) => !/\.js(on)?$/.test(one) && one !== './react',
  );
  expect(entries.length).toBeGreaterThan(8);
  const names = entries.map((one) => `@peerql/elements${one.slice(1)}`);
  const script = `for (const name of ${JSON.stringify(names)}) await import(name);`;
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
});
