// Makes everything ready that a run needs: the bench's own packages, the product and the bench, built.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

if (!existsSync(new URL('node_modules/ws', import.meta.url))) run('npm', ['ci'], bench);
run('npm', ['run', '--silent', 'build'], root);
run('npm', ['run', '--silent', 'build:client'], root);
run('npx', ['--no-install', 'tsc', '-p', bench], root);
