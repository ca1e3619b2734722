import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { post, register } from '../kit/people.ts';
import { ensureBuilt } from '../kit/process.ts';
import { findOrSkip } from '../kit/program.ts';
import { UNHURRIED } from '../kit/unhurried.ts';
import { until } from '../kit/waiting.ts';

const script = findOrSkip(
  'SCRIPT_BINARY',
  ['script'],
  'the log on a terminal: install script (Debian: apt-get install bsdutils), or name it by SCRIPT_BINARY',
);

let folder: string;
let terminal: ChildProcess | null = null;
let shown: string;

beforeAll(ensureBuilt);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerql-terminal-'));
  shown = '';
});
afterEach(() => {
  terminal?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the server on a terminal of its own (util-linux's `script`); resolves to its URL. */
async function startOnTerminal(env: Readonly<Record<string, string>>): Promise<string> {
  const run = `echo $$ > ${folder}/pid; exec ${process.execPath} dist/main.js`;
  terminal = spawn(script ?? '', ['--quiet', '--return', '--command', run, '/dev/null'], {
    env: {
      ...UNHURRIED,
      ...{ PATH: process.env.PATH ?? '', SHELL: '/bin/sh', TERM: 'xterm' },
      ...{ HOST: '127.0.0.1', PORT: '0', DATA_DIR: folder },
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  terminal.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const url = () =>
    shown.includes('PeerQL is up') ? /http:\/\/[\d.:]+/.exec(shown)?.[0] : undefined;
  await until(() => url() !== undefined, 'it to start', 30_000);
  return url() ?? '';
}

const server = () => Number(readFileSync(join(folder, 'pid'), 'utf8'));

/** What was shown, as lines without colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const lines = () => shown.replace(/\u001b\[\d+m/g, '').split('\r\n');

test.skipIf(script === null)(
  'on a terminal lines are for people, and the link of a mail is a line of its own',
  async () => {
    const url = await startOnTerminal({});
    const ann = await register(`${url}/graphql`);
    await until(() => shown.includes('#verifyEmail='), 'the mail');
    await until(() => lines().some((line) => line.includes('"register"')), 'the line of it');
    expect(lines()).toContainEqual(expect.stringMatching(/^http:\/\/\S+\/#verifyEmail=[\w.-]+$/));
    expect(lines()).toContain(`To: ${ann.email}`);
    expect(lines()).toContainEqual(
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\] INFO: Done \{"operation":"register",/),
    );
    expect(shown).not.toContain('"level":30');
    process.kill(server(), 'SIGTERM');
    expect((await once(terminal ?? process, 'exit'))[0]).toBe(0);
    expect(lines().join('\n')).toContain('PeerQL stops');
  },
  60_000,
);

test.skipIf(script === null)(
  'in production lines are JSON on a terminal, too',
  async () => {
    await startOnTerminal({ NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) });
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ level: 30, msg: 'PeerQL is up' });
    process.kill(server(), 'SIGTERM');
    expect((await once(terminal ?? process, 'exit'))[0]).toBe(0);
  },
  60_000,
);

test.skipIf(script === null)(
  'a terminal that shows nothing more costs no answer, and does not keep the server from ending',
  async () => {
    const url = `${await startOnTerminal({ LOG_LEVEL: 'debug' })}/graphql`;
    terminal?.kill('SIGSTOP');
    for (let i = 0; i < 1000; i += 50) {
      const answers = Array.from({ length: 50 }, () => post(url, '{ me { id } }'));
      for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
    }
    const pid = server();
    process.kill(pid, 'SIGTERM');
    const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // A zombie: it has ended, and its parent stands still.
    await until(() => state() === 'Z', 'it to end', 20_000);
  },
  60_000,
);
