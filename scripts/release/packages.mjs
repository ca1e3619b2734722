// The packages that are released together, with one version: that of package.json.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const json = async (file) => JSON.parse(await readFile(join(ROOT, file), 'utf8'));

/** The folders of the packages, in the order in which they are published: first what others need. */
const FOLDERS = ['dist/client', 'dist/elements', '.'];
/** The scripts that build them, in the order in which they need each other. */
const BUILDS = ['build', 'build:client', 'build:elements'];

/** Each package of this version: its name, its version and its folder, relative to the root. */
export async function packages() {
  const { version } = await json('package.json');
  const found = [];
  for (const folder of FOLDERS) {
    const manifest = await json(join(folder, 'package.json'));
    if (manifest.version !== version) {
      throw new Error(`${manifest.name} is ${manifest.version}, not ${version}: build it again.`);
    }
    found.push({ name: manifest.name, version, folder });
  }
  return found;
}

/** Builds them all. */
export async function build() {
  for (const script of BUILDS) await npm(['run', '--silent', script]);
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
