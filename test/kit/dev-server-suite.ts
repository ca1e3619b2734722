import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  CreateRoomDocument,
  MeDocument,
  RegisterDocument,
  RoomEventsDocument,
  type RoomEventsSubscription,
} from '../../src/client/generated/graphql.ts';
import { CookieFetch } from './cookie-fetch.ts';
import { freePort } from './free-port.ts';
import { startServer } from './server.ts';

/** A development server of a front end, which passes `/graphql` on to another server. */
export interface DevServer {
  readonly url: string;
  close(): Promise<void>;
}

export type StartDevServer = (target: string) => Promise<DevServer>;

const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };

/**
 * What every development server in front has to let through.
 *
 * @param lineOf the line that docs/deploying.md gives it outside of development
 * @param portOf where the server behind it has to listen
 */
export function devServerSuite(
  start: StartDevServer,
  lineOf: (url: string) => Record<string, string>,
  portOf: () => number | Promise<number> = freePort,
): void {
  async function behind(
    env: (url: string) => Record<string, string>,
    work: (url: string) => Promise<void>,
  ): Promise<void> {
    // A front that is there before its server: PUBLIC_URL has to name its port.
    const port = await portOf();
    const front = await start(`http://127.0.0.1:${port}`);
    const server = await startServer({ env: { PORT: String(port), ...env(front.url) } });
    try {
      await work(front.url);
    } finally {
      await front.close();
      await server.close();
    }
  }

  test('where people develop no line is needed', async () => {
    await behind(
      () => ({}),
      async (url) => useIt(url),
    );
  });

  test('in production with its line, and without for nobody', async () => {
    await behind(
      (url) => ({ ...PRODUCTION, ...lineOf(url) }),
      async (url) => {
        await useIt(url);
        expect(await answersForeign(url)).toEqual([false, false]);
      },
    );
    await behind(
      () => PRODUCTION,
      async (url) => {
        const headers = { 'content-type': 'application/json', origin: url };
        const body = JSON.stringify({ query: '{ __typename }' });
        const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
        expect(response.status).toBe(403);
      },
    );
  });
}

/** What the page of `origin` does through the server that it came from: sign in by cookie, and be in a room. */
async function useIt(origin: string): Promise<void> {
  const cookies = new CookieFetch();
  const ask = async (document: Parameters<typeof print>[0], variables: object) => {
    const response = await cookies.fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return (await response.json()).data;
  };
  const input = { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' };
  const { register } = await ask(RegisterDocument, { input: { ...input, delivery: 'COOKIE' } });
  expect(register.token).toBeNull();
  expect(cookies.header).toContain('session=');
  expect((await ask(MeDocument, {})).me.email).toBe(input.email);
  const { createRoom } = await ask(CreateRoomDocument, { input: {} });

  class PageSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { cookie: cookies.header, origin } });
    }
  }
  const client = createClient({
    url: `${origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: PageSocket,
    retryAttempts: 0,
  });
  const events = client.iterate<RoomEventsSubscription>({
    query: print(RoomEventsDocument),
    variables: { roomId: createRoom.room.id },
  });
  const { value } = await events.next();
  expect(value?.data?.roomEvents).toMatchObject({
    __typename: 'RoomSnapshot',
    self: { user: { name: 'Ann' } },
  });
  await events.return?.();
  await client.dispose();
}

/** Whether a page of another site is answered: by a request, and by a socket, which some proxies open before they ask. */
async function answersForeign(origin: string): Promise<[boolean, boolean]> {
  const other = 'https://evil.example';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: other },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const url = `${origin.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, ['graphql-transport-ws'], { headers: { origin: other } });
  const bySocket = await new Promise<boolean>((resolve) => {
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', () => resolve(true));
    socket.on('close', () => resolve(false));
    // A handshake that is refused is an error, and then a close.
    socket.on('error', () => {});
  });
  socket.terminate();
  return [response.status === 200, bySocket];
}
