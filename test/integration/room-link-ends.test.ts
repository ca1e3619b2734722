import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, RoomLink } from '../../src/client/index.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

let server: TestServer;
let ann: Person;
const links: RoomLink[] = [];

beforeAll(async () => {
  server = await startServer({ env: { MAX_MESSAGE_BYTES: '20000', SOCKETS_PER_USER: '2' } });
});

afterEach(() => {
  for (const link of links.splice(0)) link.leave();
});

afterAll(async () => {
  await server?.close();
});

/** A link of Ann's, and what it has told. */
async function follow(roomId: string, clientKey?: string) {
  const link = new RoomLink({
    roomId,
    socket: { url: server.socketUrl, token: async () => ann.token, webSocket: WebSocket },
    backoff: { baseMs: 20, capMs: 50 },
    ...(clientKey === undefined ? {} : { clientKey }),
  });
  links.push(link);
  const ended = new Promise((resolve) => link.on('end', resolve));
  const joined = new Promise<string>((resolve) => {
    link.on('event', (event) => {
      if (event.__typename === 'RoomSnapshot') resolve(event.self.id);
    });
  });
  return { link, ended, id: await Promise.race([joined, ended.then(() => '')]) };
}

async function roomOfAnn(): Promise<string> {
  ann = await register(server.graphqlUrl, 'Ann');
  return (await createRoom(server.graphqlUrl, ann)).id;
}

it('leaves the later of two links with one client key alone', async () => {
  const roomId = await roomOfAnn();
  const first = await follow(roomId, 'key');
  const second = await follow(roomId, 'key');
  expect(await first.ended).toEqual({ reason: 'REPLACED', error: null });
  expect(second.id).toBe(first.id);
  await second.link.setMedia({ audio: true });
  expect(second.link.state).toBe('connected');
});

it('says how many sockets a user may have to whoever opens one more', async () => {
  const roomId = await roomOfAnn();
  await follow(roomId);
  const other = await createRoom(server.graphqlUrl, ann);
  await follow(other.id);
  const third = await createRoom(server.graphqlUrl, ann);
  const { ended } = await follow(third.id);
  expect(await ended).toMatchObject({
    reason: 'REFUSED',
    error: {
      code: 'TOO_MANY_SOCKETS',
      message: 'Too many sockets of this user: 2 at most',
    },
  });
});

it('refuses what is too big by the size that the server has told', async () => {
  const roomId = await roomOfAnn();
  const { link } = await follow(roomId);
  const states: string[] = [];
  link.on('state', (state) => states.push(state));
  await expect(link.sendOffer('nobody', 'x'.repeat(20_000))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('20000'),
  });
  await link.setMedia({ audio: true });
  expect(states).toEqual([]);
});

it('ends one stay alone, by its id, over HTTP', async () => {
  const roomId = await roomOfAnn();
  const before = await follow(roomId);
  before.link.leave();
  const now = await follow(roomId);
  expect(now.id).not.toBe(before.id);
  const leave = async (participantId: string) => {
    const { data } = await post<{ leaveRoom: { __typename: string } }, object>(
      server.graphqlUrl,
      'mutation ($input: LeaveRoomInput!) { leaveRoom(input: $input) { __typename } }',
      { input: { roomId, participantId } },
      ann.headers,
    );
    return data?.leaveRoom.__typename;
  };
  expect(await leave(before.id)).toBe('NotInRoomError');
  await now.link.setMedia({ audio: true });
  expect(await leave(now.id)).toBe('LeaveRoomSuccess');
  expect(await now.ended).toEqual({ reason: 'LEFT', error: null });
});

it('has the same time of a message for whoever says it and whoever comes later', async () => {
  const roomId = await roomOfAnn();
  await follow(roomId);
  const said = await post<{ sendMessage: { at: string; cursor: string } }, object>(
    server.graphqlUrl,
    'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { ... on SendMessageSuccess { at cursor } } }',
    { input: { roomId, text: 'Hello', messageId: 'one' } },
    ann.headers,
  );
  const bob = await register(server.graphqlUrl, 'Bob');
  const later = createClient({
    url: server.graphqlUrl,
    auth: 'bearer',
    token: bob.token,
    webSocket: WebSocket,
  });
  const link = later.openRoom(roomId);
  links.push(link);
  const read = await new Promise<unknown>((resolve) => {
    link.on('event', (event) => {
      if (event.__typename === 'RoomSnapshot') resolve(event.messages);
    });
  });
  expect(read).toMatchObject([{ text: 'Hello', ...said.data?.sendMessage }]);
  expect(Date.parse(said.data?.sendMessage.at ?? '')).toBeGreaterThan(Date.now() - 60_000);
});
