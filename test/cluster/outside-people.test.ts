import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import { TestIssuer } from '../kit/issuers.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const binaries = { mongod: findMongod(), redis: findRedis() };
const ADMIN_TOKEN = 'the-token-that-both-nodes-have-been-given';
const HEARTBEAT_MS = 4000;

describe.skipIf(binaries.mongod === null || binaries.redis === null)('two nodes', () => {
  let mongod: Mongod;
  let redis: RedisServer;
  let issuer: TestIssuer;
  let here: TestServer;
  let there: TestServer;

  beforeAll(async () => {
    [mongod, redis, issuer] = await Promise.all([
      Mongod.start(binaries.mongod ?? ''),
      RedisServer.start(binaries.redis ?? ''),
      TestIssuer.start(),
    ]);
    const env = {
      MONGO_URI: mongod.uri('outside'),
      REDIS_URL: redis.url,
      JWT_SECRET: 'the secret that both nodes of this test share',
      ADMIN_TOKEN,
      TRUSTED_ISSUERS: JSON.stringify([issuer.trusted]),
    };
    [here, there] = await Promise.all([startServer({ env }), startServer({ env })]);
  });
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close(), issuer?.stop()]);
    await Promise.all([mongod?.dispose(), redis?.dispose()]);
  });

  test('a person’s sessions end on both within a heartbeat, whichever is told', async () => {
    const owner = await register(here.graphqlUrl, 'Owner');
    const rooms = [
      await createRoom(here.graphqlUrl, owner),
      await createRoom(here.graphqlUrl, owner),
    ];
    const tokens = [await issuer.token(), await issuer.token({ jti: '2' })];
    const stays = await Promise.all(
      [here, there].map(async ({ socketUrl }, i) => {
        const participant = new Participant(socketUrl, personOf(tokens[i] ?? ''));
        await participant.join({ roomId: rooms[i]?.id ?? '' });
        return participant;
      }),
    );
    // One token stands for one session, on whichever node.
    const query = '{ me { sessions { id } } }';
    const [one, two] = await Promise.all(
      [here, there].map(({ graphqlUrl }) =>
        post(graphqlUrl, query, {}, { authorization: `Bearer ${tokens[0]}` }),
      ),
    );
    expect(one?.data).toEqual(two?.data);
    const startedAt = performance.now();
    const input = `{ issuer: "${issuer.url}", subject: "ann" }`;
    const end = `mutation { admin { endSessions(input: ${input}) {
      ... on AdminEndSessionsSuccess { ended } } } }`;
    const answer = await post(there.graphqlUrl, end, {}, { 'x-admin-token': ADMIN_TOKEN });
    expect(answer.data).toEqual({ admin: { endSessions: { ended: 2 } } });
    expect(await Promise.all(stays.map((stay) => stay.closed()))).toEqual([4401, 4401]);
    expect(performance.now() - startedAt).toBeLessThan(HEARTBEAT_MS);
    for (const token of tokens) {
      for (const { graphqlUrl } of [here, there]) {
        const me = await post(graphqlUrl, MeDocument, {}, { authorization: `Bearer ${token}` });
        expect(me.data).toEqual({ me: null });
      }
    }
    for (const stay of stays) await stay.dispose();
  });
});

function personOf(token: string): Person {
  const headers = { authorization: `Bearer ${token}` };
  return { name: '', email: '', password: '', accountId: '', token, headers };
}
