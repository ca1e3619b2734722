import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textCalls } from '../kit/minimal-calls.ts';
import { post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

/** What one call may cost, in milliseconds of the processor. */
const MAX_MS = 20;
/** A busy machine makes things dearer, never cheaper: the least of several is what counts. */
const REPEATS = 4;
/** In UTF-8; with room for the document in a message of 64 KiB. */
const BYTES = 60_000;

const filled = (unit: string, begin = '') =>
  begin + unit.repeat(Math.floor((BYTES - begin.length) / Buffer.byteLength(unit)));

/** Texts that some rule, regular expression or library may stumble on. */
const TEXTS: Readonly<Record<string, string>> = {
  // What sorts the marks of a letter takes time with the square of their number.
  'marks in turn': filled('\u0301\u0323', 'a'),
  'marks in the wrong order':
    filled('\u0301', 'a').slice(0, 15_000) + filled('\u0323').slice(15_000),
  'letters that join, and what keeps them apart': filled('\u0627\u0670\u200C'),
  pictures: filled('👩\u200D'),
  spaces: `a${filled(' ', 'a')}a`,
  'what looks like an email': filled('a.', 'a@'),
  'what looks like emails': filled('a@'),
  'what looks like an address': filled('a:b@', 'https://'),
  'what looks like a token': filled('eyJhIjoxfQ.'),
  base64url: filled('A'),
  digits: filled('9'),
  // Half as many, because each takes two characters in a message.
  'what has to be escaped': filled('"\\').slice(0, BYTES / 2),
  cursors: filled('0.'),
};

/** What is looked at is one call; the limits of many would refuse them. */
const UNLIMITED = [
  'MUTATION_BURST',
  'QUERY_BURST',
  'TOLD_BURST',
  'JOIN_BURST',
  'ADDRESS_FAILURES',
  'ACCOUNT_FAILURES',
  'UNKNOWN_ROOMS',
  'UNKNOWN_ROOMS_PER_ADDRESS',
  'GUESTS_PER_ADDRESS',
  'CONTACT_REQUESTS_PER_ADDRESS',
];

let server: TestServer;
let told = 0;

beforeAll(async () => {
  server = await startServer({
    env: Object.fromEntries(UNLIMITED.map((limit) => [limit, '100000'])),
  });
  // A server that has just started is slow, and no stranger makes it so.
  for (const { document } of textCalls('Mutation')) {
    for (let run = 0; run < 3; run += 1) await post(server.graphqlUrl, document, { text: 'x' });
  }
});
afterAll(async () => {
  process.stdout.write(`COST   ${told.toFixed(1)} ms is the dearest text\n`);
  await server.close();
});

/** The least that a call costs, in milliseconds of the processor, the client's own included. */
async function costOf(call: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS && least > MAX_MS / 4; repeat += 1) {
    const began = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(began);
    least = Math.min(least, (user + system) / 1000);
  }
  told = Math.max(told, least);
  return least;
}

describe.each(['Query', 'Mutation'] as const)('every text of %s', (root) => {
  test.each(textCalls(root))('$name', async ({ document }) => {
    const { headers } = await register(server.graphqlUrl, 'Ann');
    for (const [what, text] of Object.entries(TEXTS)) {
      for (const by of [{}, headers]) {
        const ms = await costOf(() => post(server.graphqlUrl, document, { text }, by));
        expect(ms, what).toBeLessThanOrEqual(MAX_MS);
      }
    }
  });
});

describe('every text of Subscription', () => {
  test.each(textCalls('Subscription'))('$name', async ({ document }) => {
    const { token } = await register(server.graphqlUrl, 'Ann');
    const wire = await Wire.ready(server.socketUrl, token);
    let number = 0;
    for (const [what, text] of Object.entries(TEXTS)) {
      const ms = await costOf(() => {
        number += 1;
        return wire.run(`${number}`, document, { text });
      });
      expect(ms, what).toBeLessThanOrEqual(MAX_MS);
    }
    wire.end();
  });
});
