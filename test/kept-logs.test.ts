import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanLogs } from './kit/kept-logs.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerql-logs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

test('a folder without logs is seen to be empty', () => {
  expect(scanLogs(folder)).toEqual({
    logs: { 'in-process': 0, built: 0, faulted: 0, attacked: 0 },
    lines: 0,
    secrets: 0,
    found: [],
  });
});

test('a secret that was registered is found in whichever log it stands', () => {
  write('1.secrets', '"correct horse battery"\n');
  write('2.secrets', '"a \\"quoted\\" secret"\n');
  write('attacked-1-1.log', '{"msg":"PeerQL is up"}\n{"password":"correct horse battery"}\n');
  write('built-2-1.log', 'all is well\nit is a "quoted" secret\n');
  const { logs, lines, secrets, found } = scanLogs(folder);
  expect({ logs, lines, secrets }).toEqual({
    logs: { 'in-process': 0, built: 1, faulted: 0, attacked: 1 },
    lines: 4,
    secrets: 2,
  });
  expect(found.toSorted()).toEqual([
    'attacked-1-1.log: {"password":"correct horse battery"}',
    'built-2-1.log: it is a "quoted" secret',
  ]);
});

test.each([
  'a token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  '{"hash":"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"}',
  '{"authorization":"Bearer 0123456789abcdef"}',
  '{"headers":{"Set-Cookie":"a=b"}}',
  'cookie: __Host-peerql_session=x',
  '{"sdp":"v=0\\r\\no=- 1 1 IN IP4 0.0.0.0"}',
  'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host',
  'https://example.com/#resetPassword=abcdef',
])('what looks like a secret is found, registered or not: %s', (line) => {
  write('in-process-1-1.log', `fine\n${line}\nfine too\n`);
  expect(scanLogs(folder).found).toEqual([`in-process-1-1.log: ${line}`]);
});

test('the mail that a developer reads in the log is no leak', () => {
  const mail = {
    text: 'http://localhost/#resetPassword=x',
    msg: 'Mail (not sent: SMTP_URL is not set)',
  };
  write('in-process-1-1.log', `${JSON.stringify(mail)}\n`);
  expect(scanLogs(folder).found).toEqual([]);
});
