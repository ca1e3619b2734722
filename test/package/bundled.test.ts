import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../kit/process.ts';

const ENTRY = join(import.meta.dirname, '../../dist/graphql/schema.js');

let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  // Inside of the project, so that packages are found.
  folder = await mkdtemp(join(import.meta.dirname, '../../dist/bundled-'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The schema of a bundle, as SDL. */
async function printed(file: string): Promise<string> {
  const { schema } = await import(pathToFileURL(file).href);
  const { lexicographicSortSchema, printSchema } = await import('graphql');
  return printSchema(lexicographicSortSchema(schema));
}

test('esbuild leaves nothing of the schema out', async () => {
  const outfile = join(folder, 'esbuild.mjs');
  await esbuild({
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    treeShaking: true,
    logLevel: 'error',
  });
  expect(await printed(outfile)).toBe(await printed(ENTRY));
});

test('Rolldown, in Vite, leaves nothing of the schema out', async () => {
  const outDir = join(folder, 'rolldown');
  await vite({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, '../..'),
    ssr: { external: true },
    build: { ssr: ENTRY, outDir, emptyOutDir: true },
  });
  const [file = ''] = (await readdir(outDir)).filter((name) => /\.m?js$/.test(name));
  expect(await printed(join(outDir, file))).toBe(await printed(ENTRY));
});
