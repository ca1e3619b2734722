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

/** The keys that each throttle remembers, and what one of them takes beside its text; in bytes. */
const THROTTLE_KEYS = 10_000;
const KEY_BYTES = 600;
/** Throttles with an email or an address as a key: of mails, sign-ins, registrations. Each counts twice. */
const THROTTLES = 5 * 2;

/** What documents take that were parsed, and operations that were compiled; see Operations and Compiler. */
const TOKENS_PER_DOCUMENT = 80;
const TOKEN_BYTES = 400;
const COMPILED_FIELDS = 8000;
const FIELD_BYTES = 3000;

/** By how much a process grew, as `npx vitest run --project attacks weight memory` prints it, on 29 and 30 November 2026. */
const MEASURED = {
  address: '60 MB',
  guest: '21 MB',
  account: '15 MB',
  emails: '33 MB',
  all: '36 MB',
};

const fallback = (name: LimitName): number =>
  limitTable.find((limit) => limit.name === name)?.fallback ?? Number.NaN;
const shown = (cell: number | string) =>
  typeof cell === 'string' ? cell : `${Math.ceil(cell / MEGABYTE)} MB`;

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
  const keys = THROTTLES * THROTTLE_KEYS * KEY_BYTES;
  const documents =
    fallback('operationCache') * TOKENS_PER_DOCUMENT * TOKEN_BYTES + COMPILED_FIELDS * FIELD_BYTES;
  const all =
    fallback('processUnreadBytes') +
    requests +
    connections +
    fallback('sentBytes') +
    keys +
    documents;
  const rows = [
    [
      'an address without an account',
      sockets(fallback('socketsPerAddress'), 0),
      requests + connections,
      0,
      0,
      documents,
      address + documents,
      MEASURED.address,
    ],
    ['a guest', own, 0, sent(), 0, 0, own + sent(), MEASURED.guest],
    ['an account', own, 0, sent(), 0, 0, own + sent(), MEASURED.account],
    ['resets for 300,000 made-up emails', 0, 0, 0, keys, 0, keys, MEASURED.emails],
    [
      'all in one process',
      fallback('processUnreadBytes'),
      requests + connections,
      fallback('sentBytes'),
      keys,
      documents,
      all,
      MEASURED.all,
    ],
  ] as const;
  const table = [
    '| who | WebSockets | requests and connections | what rooms keep | what is counted | documents | together | measured |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.map(shown).join(' | ')} |`),
    '',
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(BLOCK);
  const now = page.replace(BLOCK, (_, open: string, close: string) => `${open}${table}${close}`);
  await expect(now).toMatchFileSnapshot(PAGE);
  // All of it at once leaves a process of 512 MB half of its memory for itself.
  expect(all).toBeLessThan(256 * MEGABYTE);
});
