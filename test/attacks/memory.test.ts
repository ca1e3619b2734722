import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'vitest';
import { post } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';
import { flood, pairUp, watched } from './pinning.ts';

const EMAILS = 300_000;
/** As many as one document may ask for. */
const ALIASES = 15;
/** How long the emails may take, in milliseconds: a slow machine makes fewer, and more take no more memory. */
const RESETS_MS = Number(process.env.RESET_SECONDS ?? 15) * 1000;
/** As many as one user may have, but for the one that sends. */
const SOCKETS = 7;
const QUERY = `{ ${'c'.repeat(60_000)}: __typename }`;

/** The worst that one account or guest does: sends what is not read, and reads nothing of what its other sockets ask for. */
async function pinAll(server: AttackedServer, by: 'account' | 'guest'): Promise<void> {
  const { roomId, slow, fast, to, sender } = await pairUp(server, by);
  const headers = asStranger();
  const wires = await Promise.all(
    Array.from({ length: SOCKETS }, () => Wire.ready(server.socketUrl, sender.token, { headers })),
  );
  for (const wire of wires) wire.ws.pause();
  const sent = flood(roomId, fast, to);
  for (let round = 0; round < 60; round += 1) {
    for (const wire of wires) if (wire.close === null) wire.subscribe(`${round}`, QUERY);
    await pass(10);
  }
  await sent;
  for (const wire of [...wires, slow, fast]) wire.end();
}

const VARIABLES = Array.from({ length: ALIASES }, (_, index) => `$e${index}: String!`);
const FIELDS = VARIABLES.map(
  (_, index) => `a${index}: requestPasswordReset(input: { email: $e${index} }) { __typename }`,
);
const RESETS = `mutation (${VARIABLES.join(', ')}) { ${FIELDS.join(' ')} }`;

/** Asks for resets of made-up emails, each request from another address; resolves to how many emails there were. */
async function resetMadeUp(server: AttackedServer): Promise<number> {
  const until = performance.now() + RESETS_MS;
  let asked = 0;
  const ask = async () => {
    while (asked < EMAILS && performance.now() < until) {
      const first = asked;
      asked += ALIASES;
      const variables = Object.fromEntries(
        VARIABLES.map((_, index) => [
          `e${index}`,
          `made-up-${first + index}-${'x'.repeat(40)}@${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`,
        ]),
      );
      const answer = await post<object, object>(server.graphqlUrl, RESETS, variables, asStranger());
      expect(answer.errors).toBeUndefined();
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  return Math.min(asked, EMAILS);
}

attacks(
  {
    NODE_OPTIONS: '--max-old-space-size=384',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'PeerQL <mail@example.com>',
    PUBLIC_URL: 'https://call.example.com',
    // What is measured is what is kept, and not how soon it is refused.
    MUTATION_BURST: '1000000',
    TOLD_BURST: '1000000',
  },
  (attack) => {
    attack('what a guest can pin in memory', (server) =>
      watched(server, () => pinAll(server, 'guest')),
    );

    attack('what an account can pin in memory', (server) =>
      watched(server, () => pinAll(server, 'account')),
    );

    attack('resets for 300,000 made-up emails', async (server) => {
      let emails = 0;
      const memory = await watched(server, async () => {
        emails = await resetMadeUp(server);
      });
      return `${emails} emails, ${memory}`;
    });

    attack('a guest, an account and made-up emails at once', (server) =>
      watched(server, async () => {
        await Promise.all([
          pinAll(server, 'guest'),
          pinAll(server, 'account'),
          resetMadeUp(server),
        ]);
      }),
    );
  },
);
