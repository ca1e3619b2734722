// Prepares a run: installs the packages of the benchmark, and builds the product and the benchmark.
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
