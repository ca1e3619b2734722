import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { Argon2PasswordHasher } from '../../src/crypto/passwords.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { KeptLog } from '../kit/log.ts';
import { until } from '../kit/waiting.ts';

const PROGRAM = fileURLToPath(new URL('../../src/crypto/hashing.cjs', import.meta.url));
const PASSWORD = 'a password that nobody may see';

let hasher: Argon2PasswordHasher | null = null;
let log = new KeptLog();

function open(): Argon2PasswordHasher {
  log = new KeptLog();
  hasher = new Argon2PasswordHasher({ concurrency: 1, hashLimits: readConfig({}).limits, log });
  return hasher;
}

afterEach(async () => {
  hasher?.close();
  hasher = null;
  await until(() => hashing().length === 0, 'the hashing process to end');
});

/** The ids of this process's children that hash (proc(5)). */
function hashing(): number[] {
  return readdirSync('/proc/self/task')
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '))
    .filter((pid) => pid !== '' && cmdline(pid).split('\0')[1] === PROGRAM)
    .map(Number);
}

function cmdline(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** Whether it has not ended; what has ended may wait for a parent to take note of it. */
function lives(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && cmdline(pid) !== '';
}

function onlyOne(): number {
  const [pid, ...others] = hashing();
  if (pid === undefined || others.length > 0) throw new Error('There is not one such process.');
  return pid;
}

test('no process before the first password, one after it', async () => {
  const one = open();
  expect(hashing()).toEqual([]);
  await Promise.all([one.hash(PASSWORD), one.hash(PASSWORD), one.verify(null, PASSWORD)]);
  expect(hashing()).toHaveLength(1);
});

test('it and the threads that hash have a lower priority than the server', async () => {
  await open().hash(PASSWORD);
  const pid = onlyOne();
  const niceOf = (path: string) =>
    Number(readFileSync(path, 'utf8').split(') ')[1]?.split(' ')[16]);
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}/stat`);
  const lowered = threads.map(niceOf).filter((nice) => nice === 10);
  // The process’s own thread and the one that hashes; those of V8 were there before.
  expect(lowered.length).toBeGreaterThanOrEqual(2);
  expect(niceOf(`/proc/${pid}/stat`)).toBe(10);
});

test('what others may read of it has neither a password nor a secret of the server', async () => {
  await open().hash(PASSWORD);
  const pid = onlyOne();
  const read = `${cmdline(String(pid))}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  expect(read).toContain(PROGRAM);
  expect(read).not.toContain(PASSWORD);
  expect(read).not.toContain('PATH=');
});

test('when it dies, what it was at and what waited is done by the next', async () => {
  const one = open();
  const hashes = Array.from({ length: 3 }, () => one.hash(PASSWORD));
  const first = onlyOne();
  process.kill(first, 'SIGKILL');
  for (const hash of await Promise.all(hashes)) {
    expect(await one.verify(hash, PASSWORD)).toBe(true);
  }
  expect(onlyOne()).not.toBe(first);
  expect(log.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'warn: The process that hashes passwords has ended',
  ]);
  expect(JSON.stringify(log.lines)).not.toContain(PASSWORD);
});

test('when it dies over the same password again, that one is refused and the next is served', async () => {
  const one = open();
  const hash = one.hash(PASSWORD).catch((error: unknown) => error);
  const first = onlyOne();
  process.kill(first, 'SIGKILL');
  await until(() => hashing().some((pid) => pid !== first), 'the next process');
  for (const pid of hashing()) process.kill(pid, 'SIGKILL');
  expect(await hash).toBeInstanceOf(UnavailableError);
  expect(await one.hash(PASSWORD)).toMatch(/^\$argon2id\$/);
});

test('closing ends it, and rejects what is under way, what waits and what comes later', async () => {
  const one = open();
  const hashes = Array.from({ length: 3 }, () => one.hash(PASSWORD));
  one.close();
  for (const result of await Promise.allSettled([...hashes, one.hash(PASSWORD)])) {
    expect(result).toMatchObject({ reason: expect.any(UnavailableError) });
  }
  expect(log.lines).toEqual([]);
});

test('it outlives Ctrl+C, and ends with the server, even where that was killed', async () => {
  const code = `const { fork } = require('node:child_process');
    const child = fork(${JSON.stringify(PROGRAM)}, [], { execArgv: [] });
    child.on('message', ({ result, error }) => console.log(child.pid, error ?? result));
    child.send({ id: 1, password: 'x', parameters: { memoryCost: 1024, timeCost: 2, parallelism: 1 } });
    process.on('SIGUSR2', () => child.send({ id: 2, password: 'x', hash: { kind: 'argon2', text: 'no hash' } }));`;
  const parent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout, 'data');
  const [pid = '', hash = ''] = String(line).trim().split(' ');
  expect(hash).toMatch(/^\$argon2id\$/);
  process.kill(Number(pid), 'SIGINT');
  process.kill(Number(pid), 'SIGTERM');
  parent.kill('SIGUSR2');
  const [answer] = await once(parent.stdout, 'data');
  expect(String(answer)).toMatch(/error/i);
  parent.kill('SIGKILL');
  await until(() => !lives(pid), 'the hashing process to end');
});

test('hashes also where a process may not change its priority', async () => {
  // What the kernel says to a process that is confined by seccomp.
  const forbids = `data:text/javascript,import os from 'node:os';
    os.setPriority = () => { throw new Error('EPERM'); };`;
  const child = fork(PROGRAM, [], { execArgv: ['--import', forbids] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const answered = once(child, 'message');
  child.send({ id: 1, password: PASSWORD, parameters: { memoryCost: 64, timeCost: 1 } });
  const [answer] = await Promise.race([answered, once(child, 'exit')]);
  expect(answer).toMatchObject({ id: 1, result: expect.stringContaining('$argon2id$') });
});
