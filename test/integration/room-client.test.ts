import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientOptions,
  createClient,
  createRoomClient,
  type RoomLink,
} from '../../src/client/index.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

let server: TestServer;
let ann: Person;
const links: RoomLink[] = [];

beforeAll(async () => {
  server = await startServer();
  ann = await register(server.graphqlUrl, 'Ann');
});

afterEach(() => {
  for (const link of links.splice(0)) link.leave();
});

afterAll(async () => {
  await server?.close();
});

const options = (): ClientOptions => ({
  url: server.graphqlUrl,
  auth: 'bearer',
  webSocket: WebSocket,
});

it('joins with a token, over the socket that it opened before', async () => {
  const { id } = await createRoom(server.graphqlUrl, ann);
  const client = createRoomClient({ ...options(), token: ann.token });
  await client.connect();
  const link = client.openRoom(id);
  links.push(link);
  await until(() => link.state === 'connected', 'the room');
  expect((await client.room(id))?.participants.map(({ user }) => user.name)).toEqual(['Ann']);
});

it('joins as a guest, and as an owner who sees who is banned', async () => {
  const { id } = await createRoom(server.graphqlUrl, ann, { allowGuests: true });
  const guest = createRoomClient(options());
  expect((await guest.invitation(id))?.allowGuests).toBe(true);
  const { account } = await guest.enterAsGuest({ roomId: id, name: 'Gus' });
  expect(account).toMatchObject({ name: 'Gus', isGuest: true });
  const owner = createRoomClient({ ...options(), token: ann.token });
  const [host, link] = [owner.openRoom(id), guest.openRoom(id)];
  links.push(host, link);
  await until(() => host.state === 'connected' && link.state === 'connected', 'both in the room');
  expect(await owner.bans(id)).toEqual([]);
});

it('is part of every client', () => {
  const [part, whole] = [createRoomClient(options()), createClient(options())];
  expect(Object.keys(whole)).toEqual(expect.arrayContaining(Object.keys(part)));
  expect(part).not.toHaveProperty('people');
});

it('refuses the same options', () => {
  expect(() => createRoomClient({ ...options(), timeoutMs: 0 })).toThrow('timeoutMs');
});
