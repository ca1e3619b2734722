// Installs the packages of the site if they are missing, and checks its types with the compiler of the root.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const site = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

if (!existsSync(new URL('node_modules/@rspress/core', import.meta.url))) {
  run('npm', ['ci', '--no-audit', '--no-fund'], site);
}
run('npx', ['--no-install', 'tsc', '-p', site], root);
