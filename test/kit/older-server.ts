import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds the server of a commit of this repository, with the dependencies of today; resolves to its main file.
 *
 * @param commit anything that git knows
 */
export async function buildOlderServer(commit: string): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run('git', ['rev-parse', '--short', `${commit}^{commit}`], {
    cwd: ROOT,
  });
  // Inside the project, so that the built files find their dependencies.
  const folder = join(ROOT, 'node_modules', '.cache', `peerql-${stdout.trim()}`);
  const main = join(folder, 'dist', 'main.js');
  if (existsSync(main)) return main;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await unpack(commit, folder);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // It was checked when it was committed; to check it again takes four times as long as the rest.
  const args = ['--noCheck', '--declaration', 'false', '--incremental', 'false'];
  const project = ['-p', 'src/tsconfig.json', '--outDir', 'dist'];
  await run(process.execPath, [tsc, ...project, ...args], { cwd: folder });
  await run(process.execPath, ['scripts/copy-lua.mjs', join(folder, 'dist')], { cwd: folder });
  return main;
}

function unpack(commit: string, folder: string): Promise<void> {
  const archive = spawn(
    'git',
    ['archive', commit, 'src', 'scripts', 'package.json', 'tsconfig.json'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    tar.on('error', reject);
    tar.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`)),
    );
  });
}
