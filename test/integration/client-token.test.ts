import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Client,
  type ClientOptions,
  createClient,
  NetworkError,
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

interface Made {
  readonly client: Client;
  readonly sockets: WebSocket[];
}

function make(options: Pick<ClientOptions, 'url' | 'token'>): Made {
  const sockets: WebSocket[] = [];
  const client = createClient({
    url: server.graphqlUrl,
    auth: 'bearer',
    backoff: { baseMs: 20, capMs: 200 },
    webSocket: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        sockets.push(this);
      }
    },
    ...options,
  });
  return { client, sockets };
}

/** What gives connection tokens as an application's own server does, and how often it was asked. */
function desk() {
  const session = createClient({ url: server.graphqlUrl, auth: 'bearer', token: ann.token });
  const given = { count: 0 };
  const token = async () => {
    given.count += 1;
    return (await session.issueConnectionToken()).token;
  };
  return { token, given };
}

async function enter(client: Client): Promise<RoomLink> {
  const { id } = await createRoom(server.graphqlUrl, ann);
  const link = client.openRoom(id);
  links.push(link);
  await until(() => link.state === 'connected', 'the room');
  return link;
}

it('asks a function for a token at every connect, so that a lost network is no end', async () => {
  const { token, given } = desk();
  const { client, sockets } = make({ token });
  const link = await enter(client);
  expect(given.count).toBe(1);
  const states: string[] = [];
  link.on('state', (state) => states.push(state));
  for (const round of [1, 2]) {
    sockets.at(-1)?.terminate();
    await until(
      () => states.filter((state) => state === 'connected').length === round,
      'the way back',
    );
  }
  expect(given.count).toBe(3);
  expect(states).toEqual(['reconnecting', 'connected', 'reconnecting', 'connected']);
});

it('takes a function that answers at once, and a session token of it for requests as well', async () => {
  const { client } = make({ token: () => ann.token });
  expect((await client.me())?.name).toBe('Ann');
  await enter(client);
});

it('asks over one socket what HTTP cannot, with connection tokens', async () => {
  const { token, given } = desk();
  const { client, sockets } = make({ token });
  expect((await client.me())?.name).toBe('Ann');
  const room = await client.createRoom({ name: 'Of a socket' });
  expect((await client.room(room.id))?.name).toBe('Of a socket');
  expect(sockets).toHaveLength(1);
  expect(given.count).toBe(1);
  await enter(client);
  // The room has taken the socket over.
  expect(sockets).toHaveLength(1);
  expect((await client.me())?.name).toBe('Ann');
});

it('says that there is no token where the function fails, and tries further in a call', async () => {
  let fails = true;
  const { token } = desk();
  const { client } = make({
    token: () => {
      if (fails) throw new Error('The desk is closed.');
      return token();
    },
  });
  await expect(client.me()).rejects.toThrow(NetworkError);
  const { id } = await createRoom(server.graphqlUrl, ann);
  const link = client.openRoom(id);
  links.push(link);
  await expect(client.me()).rejects.toThrow('no token');
  expect(link.state).toBe('connecting');
  fails = false;
  await until(() => link.state === 'connected', 'the room');
});

it('opens a socket before it is needed, which the join takes', async () => {
  const { client, sockets } = make({ token: ann.token });
  await Promise.all([client.connect(), client.connect()]);
  expect(sockets).toHaveLength(1);
  expect(sockets[0]?.readyState).toBe(WebSocket.OPEN);
  await enter(client);
  expect(sockets).toHaveLength(1);
  await client.connect();
  expect(sockets).toHaveLength(2);
});

it('closes a socket that was opened early when somebody else signs in or out', async () => {
  const { client, sockets } = make({ token: ann.token });
  await client.connect();
  await client.register({
    name: 'Bob',
    email: 'bob@example.com',
    password: 'correct horse battery',
  });
  await until(() => sockets[0]?.readyState === WebSocket.CLOSED, 'the end of the socket');
  expect((await client.me())?.name).toBe('Bob');
});

it('joins all the same when the socket that was opened early has died', async () => {
  const { client, sockets } = make({ token: ann.token });
  await client.connect();
  sockets[0]?.terminate();
  await enter(client);
  expect(sockets).toHaveLength(2);
});

it('says why a socket cannot be opened early', async () => {
  await expect(make({ token: 'no-such-token' }).client.connect()).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  const away = make({ token: ann.token, url: 'http://127.0.0.1:9/graphql' });
  await expect(away.client.connect()).rejects.toThrow(NetworkError);
});
