import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import { send } from '../kit/http.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const LIST = fileURLToPath(
  new URL('../../src/client/generated/persisted-documents.json', import.meta.url),
);
const UNLISTED = '{ me { email } }';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { PERSISTED_OPERATIONS: LIST } });
});
afterAll(() => server.close());

test('the operations of the list run, over HTTP and WebSocket, in any layout', async () => {
  const ann = await register(server.graphqlUrl);
  const room = await createRoom(server.graphqlUrl, ann);
  const participant = new Participant(server.socketUrl, ann);
  expect(await participant.join({ roomId: room.id })).toMatchObject({ __typename: 'RoomSnapshot' });
  await participant.dispose();
  const spread = print(MeDocument).replace(/\n/g, '\n\n  # a comment\n');
  expect((await post(server.graphqlUrl, spread)).data).toEqual({ me: null });
});

test('anything else is refused, over HTTP and WebSocket; the socket stays open', async () => {
  for (const query of [UNLISTED, '{ __schema { types { name } } }', '{ __typename }']) {
    const answer = await post(server.graphqlUrl, query);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions?.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    const wire = await Wire.ready(server.socketUrl);
    const frame = await wire.run('1', query);
    expect(JSON.stringify(frame)).toContain('PERSISTED_QUERY_NOT_FOUND');
    const subscription = `subscription { roomEvents(roomId: "x") { __typename } }`;
    expect((await wire.run('2', subscription)).type).toBe('error');
    expect((await wire.run('3', print(MeDocument))).type).toBe('next');
    wire.end();
  }
});

test('a list may be asked by hash, on both ways', async () => {
  const { default: list } = await import('../../src/client/generated/persisted-documents.json', {
    with: { type: 'json' },
  });
  const me = Object.entries(list).find(([, text]) => /query Me\b/.test(text));
  const sha256Hash = me?.[0].replace('sha256:', '');
  expect(sha256Hash).toBe(
    createHash('sha256')
      .update(me?.[1] ?? '')
      .digest('hex'),
  );
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const ask = (body: object) =>
    send(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  expect(JSON.parse((await ask({ extensions })).text)).toEqual({ data: { me: null } });
  const unknown = { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } };
  expect((await ask({ extensions: unknown })).text).toContain('PERSISTED_QUERY_NOT_FOUND');
  const wire = await Wire.ready(server.socketUrl);
  wire.send({ type: 'subscribe', id: '1', payload: { query: '', extensions } });
  const frame = await wire.next(({ id }) => id === '1');
  expect(frame.payload).toEqual({ data: { me: null } });
  wire.end();
});

test('GraphiQL says so', async () => {
  const page = await send(server.graphqlUrl, { headers: { accept: 'text/html' } });
  expect(page.text).toContain('only persisted operations');
});

test('without a list any operation runs, and a hash is answered as Apollo Client expects', async () => {
  const open = await startServer();
  expect((await post(open.graphqlUrl, UNLISTED)).data).toEqual({ me: null });
  const answer = await send(open.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }),
  });
  expect(answer.text).toContain('PERSISTED_QUERY_NOT_SUPPORTED');
  await open.close();
});

test('a list that cannot be read stops the start with one sentence', async () => {
  for (const path of ['/nonexistent.json', fileURLToPath(import.meta.url)]) {
    await expect(startServer({ env: { PERSISTED_OPERATIONS: path } })).rejects.toThrow(
      `Cannot read the persisted operations ${path}`,
    );
  }
});
