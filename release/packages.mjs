// The packages that are released together, with one version: that of package.json.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const json = async (file) => JSON.parse(await readFile(join(ROOT, file), 'utf8'));

/** Scripts that build a package, and the folder that each fills. The server comes last: it is what people wait for. */
const PACKAGES = [
  ['build:client', 'dist/client'],
  ['build:elements', 'dist/elements'],
  ['build', '.'],
];

/** Each package of this version: its name, its version and its folder, relative to the root. */
export async function packages() {
  const { scripts, version } = await json('package.json');
  const found = [];
  for (const [script, folder] of PACKAGES) {
    if (!(script in scripts)) continue;
    const manifest = await json(join(folder, 'package.json'));
    if (manifest.version !== version) {
      throw new Error(`${manifest.name} is ${manifest.version}, not ${version}: build it again.`);
    }
    found.push({ name: manifest.name, version, folder });
  }
  return found;
}

/** Builds them all, as the scripts of package.json say. */
export async function build() {
  const { scripts } = await json('package.json');
  // The server first: the others are made with its schema.
  for (const [script] of [...PACKAGES].reverse()) {
    if (script in scripts) await npm(['run', '--silent', script]);
  }
}

/** Runs npm in a folder, relative to the root; resolves to what it printed. */
export async function npm(args, { folder = '.', env = process.env } = {}) {
  const { stdout } = await run('npm', args, {
    cwd: join(ROOT, folder),
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
