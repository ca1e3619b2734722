import { Agent, request } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'vitest';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';
import { flood, pairUp, watched } from './pinning.ts';

/** As many by hand: 300,000. */
const EMAILS = Number(process.env.RESET_EMAILS ?? 30_000);
/** As many as one document may ask for. */
const ALIASES = 15;
const AT_ONCE = 16;
const DOCUMENTS = 200;
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

/** Posts a body from an address that has not been seen before; resolves to the answer. */
function ask(agent: Agent, server: AttackedServer, body: string): Promise<string> {
  const headers = {
    ...asStranger(),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const asking = request(server.graphqlUrl, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
    });
    asking.once('error', reject);
    asking.end(body);
  });
}

/** Asks for resets of made-up emails, each request from another address. */
async function resetMadeUp(server: AttackedServer): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let asked = 0;
  const askOn = async () => {
    while (asked < EMAILS) {
      const first = asked;
      asked += ALIASES;
      const variables = Object.fromEntries(
        VARIABLES.map((_, index) => [
          `e${index}`,
          `made-up-${first + index}-${'x'.repeat(40)}@${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`,
        ]),
      );
      const answer = await ask(agent, server, JSON.stringify({ query: RESETS, variables }));
      expect(answer.split('RequestPasswordResetSuccess')).toHaveLength(ALIASES + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  agent.destroy();
}

/** As dear to keep as one of 250 fields can be. */
function wide(number: number): string {
  const room = `room(id: "${number}") { id access capacity allowGuests relayOnly createdAt expiresAt owner { id name } participants { id joinedAt role handRaised } }`;
  return `{ ${Array.from({ length: 14 }, (_, index) => `a${index}: ${room}`).join(' ')} }`;
}

/** Has documents parsed, kept and compiled, each of which runs three times. */
async function prepareMany(server: AttackedServer): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  for (let number = 0; number < DOCUMENTS; number += 1) {
    const body = JSON.stringify({ query: wide(number) });
    for (let run = 0; run < 3; run += 1) expect(await ask(agent, server, body)).toContain('"data"');
  }
  agent.destroy();
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
    PREPARING_MS_PER_SECOND: '1000',
  },
  (attack) => {
    attack('what a guest can pin in memory', (server) =>
      watched(server, () => pinAll(server, 'guest')),
    );

    attack('what an account can pin in memory', (server) =>
      watched(server, () => pinAll(server, 'account')),
    );

    attack('documents that are dear to keep', (server) =>
      watched(server, () => prepareMany(server)),
    );

    attack('resets for 300,000 made-up emails', async (server) => {
      const memory = await watched(server, () => resetMadeUp(server));
      return `${EMAILS} emails, ${memory}`;
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
