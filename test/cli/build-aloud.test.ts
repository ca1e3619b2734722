import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/build-aloud.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-aloud-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A project whose build is `script`. */
async function project(script: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { build: script } }));
}

const buildAloud = () =>
  new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(process.execPath, [SCRIPT], { cwd: folder }, (error, _stdout, said) =>
      resolve({ code: error?.code ?? 0, said }),
    );
  });

test('the first build says that it takes a while, later ones do not', async () => {
  await project("node -e \"fs.mkdirSync('dist'); fs.writeFileSync('dist/main.js', '')\"");
  const first = await buildAloud();
  expect(first.code).toBe(0);
  expect(first.said).toMatch(
    /^Building PeerQL \(the first time takes up to a minute; .+\) …\nBuilt in \d+ s\. Starting …\n$/,
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { build: 'true' } }));
  expect((await buildAloud()).said).toMatch(/^Building PeerQL …\nBuilt in \d+ s\. Starting …\n$/);
});

test('a build that fails ends the start with its exit code, and what it said', async () => {
  await project('echo a wrong type >&2; exit 3');
  const { code, said } = await buildAloud();
  expect(code).toBe(3);
  expect(said).toContain('a wrong type\n');
  expect(said).toMatch(/PeerQL cannot start: the build failed\.\n$/);
});

test('without packages it says how to install them', async () => {
  expect(await buildAloud()).toEqual({
    code: 1,
    said: 'The packages are not installed. Run: npm ci\n',
  });
});
