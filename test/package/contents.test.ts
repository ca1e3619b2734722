import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { Packed } from '../kit/packed.ts';

/** What anybody waits for who installs it, in bytes; dependencies come on top. */
const TARBALL_MAX = 780_000;
const UNPACKED_MAX = 2_500_000;

let packed: Packed;

beforeAll(async () => {
  packed = await Packed.make();
});
afterAll(() => packed?.remove());

test('holds what runs, its types, the schema and the words about it, and nothing else', () => {
  const expected = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|schema\.graphql|docs\/configuration\.md)$/,
    /^dist\/(data-folder|main|package-file)\.(js|d\.ts)$/,
    /^dist\/(cli|config|crypto|domain|execution|graphql|issuers|log|mail|observability|push|redis|server|server-sdk|store|throttling|transport|webhooks)\/.+\.(js|cjs|mjs|d\.ts|d\.cts|d\.mts|lua)$/,
    /^dist\/page\/((index|embed)\.html|icon\.svg|icon-\d+\.png|manifest\.webmanifest|peerql-push-worker\.js|assets\/[\w.-]+\.(js|css))$/,
  ];
  const others = packed.files.filter(({ path }) => !expected.some((one) => one.test(path)));
  expect(others.map(({ path }) => path)).toEqual([]);
});

test('holds every file that package.json leads to', () => {
  const paths = new Set(packed.files.map(({ path }) => path));
  const targets = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(targets);
  const led = [...targets(manifest.exports), ...targets(manifest.bin)];
  expect(led.length).toBeGreaterThan(4);
  expect(led.map((path) => path.replace(/^\.\//, '')).filter((path) => !paths.has(path))).toEqual(
    [],
  );
});

test('is small', () => {
  expect(packed.size).toBeLessThan(TARBALL_MAX);
  expect(packed.unpackedSize).toBeLessThan(UNPACKED_MAX);
});

test('publint has nothing to say', async () => {
  const data = await packed.bytes();
  const tarball = new Uint8Array(data).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test('its types are those of its code, for whoever imports it from an ES module', async () => {
  const tarball = createPackageFromTarballData(new Uint8Array(await packed.bytes()));
  const result = await checkPackage(tarball, { excludeEntrypoints: ['schema.graphql'] });
  if (!result.types) throw new Error('It has no types.');
  // It has no CommonJS, and `node10` knows no exports.
  const problems = result.problems.filter(
    (problem) =>
      !('resolutionKind' in problem) ||
      (problem.resolutionKind !== 'node10' && problem.resolutionKind !== 'node16-cjs'),
  );
  expect(problems).toEqual([]);
});
