import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LimitName, limitTable } from '../src/config/limits.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'security.md');
const BLOCK = /(<!-- memory: [^>]*-->\n)[\s\S]*?(<!-- end of memory -->)/;
const MEGABYTE = 1024 * 1024;
/** What a connection, a WebSocket that is signed in, takes beside what waits in it, about; in bytes. */
const CONNECTION_BYTES = 24 * 1024;
/** How often what was sent may count beside what a room keeps of it: see RecentBytes. */
const WINDOWS = 2;

const fallback = (name: LimitName): number =>
  limitTable.find((limit) => limit.name === name)?.fallback ?? Number.NaN;
const megabytes = (bytes: number) => `${Math.ceil(bytes / MEGABYTE)} MB`;

/** The most that waits in so many sockets, half a message that each sends with it. */
function sockets(count: number, subscriptions: number): number {
  const waiting = fallback('socketBufferBytes') + subscriptions * fallback('mailboxBytes');
  const bounded = Math.min(count * waiting, fallback('processUnreadBytes'));
  return bounded + count * (fallback('messageBytes') + CONNECTION_BYTES);
}

/** The most that one account has sent and rooms still keep. */
function sent(): number {
  const keptSeconds = fallback('replayMs') + fallback('graceMs');
  const lasting = fallback('userBytesPerSecond') * WINDOWS * keptSeconds;
  return Math.min(fallback('userBytesBurst') + lasting, fallback('sentBytes'));
}

test('docs/security.md has the table of what can be pinned in memory, computed from the limits', async () => {
  const requests = fallback('requestsPerAddress') * fallback('messageBytes');
  const connections = fallback('connectionsPerAddress') * CONNECTION_BYTES;
  const address = sockets(fallback('socketsPerAddress'), 0) + requests + connections;
  const own = sockets(fallback('socketsPerUser'), fallback('subscriptionsPerSocket'));
  const rows = [
    [
      'an address without an account',
      sockets(fallback('socketsPerAddress'), 0),
      requests + connections,
      0,
      address,
    ],
    ['a guest', own, 0, sent(), own + sent()],
    ['an account', own, 0, sent(), own + sent()],
    [
      'all in one process',
      fallback('processUnreadBytes'),
      requests + connections,
      fallback('sentBytes'),
      fallback('processUnreadBytes') + requests + connections + fallback('sentBytes'),
    ],
  ] as const;
  const table = [
    '| who | WebSockets | requests and connections | what rooms keep | together |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(([who, ...bytes]) => `| ${who} | ${bytes.map(megabytes).join(' | ')} |`),
    '',
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(BLOCK);
  const now = page.replace(BLOCK, (_, open: string, close: string) => `${open}${table}${close}`);
  await expect(now).toMatchFileSnapshot(PAGE);
  // All of it at once leaves a process of 512 MB half of its memory for itself.
  expect(rows[3][4]).toBeLessThan(256 * MEGABYTE);
});
