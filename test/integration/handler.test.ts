import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import {
  createHandler,
  type Handler,
  type HandlerOptions,
  type Identify,
} from '../../src/server/app.ts';
import { send } from '../kit/http.ts';
import { KeptLog } from '../kit/log.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { UNHURRIED } from '../kit/unhurried.ts';
import { Wire } from '../kit/wire.ts';

const PAGES = new URL('../fixtures/page', import.meta.url).pathname;
const HTML = { accept: 'text/html' };
const QUERY = JSON.stringify({ query: '{ __typename }' });
const ANSWER = '{"data":{"__typename":"Query"}}';

let dataDir: string;
const steps: (() => unknown)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-handler-'));
});
afterEach(async () => {
  for (const step of steps.splice(0).reverse()) await step();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(
  env: Record<string, string> = {},
  options: HandlerOptions = { path: '/calls' },
): Promise<Handler> {
  const base = { DATA_DIR: dataDir, STUN_URLS: ',', SHUTDOWN_SECONDS: '1' };
  const config = readConfig({ ...base, ...UNHURRIED, ...env });
  const calls = await createHandler(config, options, { pagesFolder: PAGES, log: new KeptLog() });
  steps.push(() => calls.close());
  return calls;
}

/** Has somebody's server listen; resolves to its origin. */
async function serve(listener: RequestListener, calls?: Handler): Promise<string> {
  const server = createServer(listener);
  if (calls !== undefined) {
    server.on('upgrade', (req, socket, head) => {
      if (!calls.upgrade(req, socket, head)) socket.end('HTTP/1.1 418 Mine\r\n\r\n');
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  steps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = { 'content-type': 'application/json' };

describe('in a server of node:http', () => {
  test('what is below the path is answered, and everything else is left to the server, untouched', async () => {
    const calls = await open();
    const seen: (string | undefined)[] = [];
    const origin = await serve((req, res) => {
      calls.handle(req, res, () => {
        seen.push(req.url);
        res.end(JSON.stringify(res.getHeaders()));
      });
    });
    const own = await send(`${origin}/calls/graphql?a`, {
      method: 'POST',
      headers: json,
      body: QUERY,
    });
    expect(own.text).toBe(ANSWER);
    expect((await send(`${origin}/calls/health`)).text).toBe('{"status":"ok"}');
    expect((await send(`${origin}/calls/`, { headers: HTML })).text).toContain('The page');
    const moved = await send(`${origin}/calls?a=1`, { headers: HTML });
    expect([moved.status, moved.headers.location]).toEqual([308, '/calls/?a=1']);

    const others = [
      '/',
      '/graphql',
      '/callsigns',
      '/calls/nothing',
      '/health',
      '/calls/assets/no.js',
    ];
    for (const path of others) expect((await send(`${origin}${path}`)).text).toBe('{}');
    expect((await send(`${origin}/calls/`, { method: 'POST' })).text).toBe('{}');
    expect(seen).toEqual([...others, '/calls/']);
  });

  test('without `next` what is not there is 404', async () => {
    const calls = await open();
    const origin = await serve((req, res) => calls.handle(req, res));
    expect((await send(`${origin}/calls/nothing`)).status).toBe(404);
    expect((await send(`${origin}/calls/health`)).status).toBe(200);
  });

  test('people sign in by a cookie of the path, meet in a room over its sockets, and nothing is left', async () => {
    const calls = await open();
    const origin = await serve((req, res) => calls.handle(req, res), calls);
    const url = `${origin}/calls/graphql`;
    const input = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' };
    const entered = await post(
      url,
      'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }',
      { input },
    );
    expect(entered.headers.get('set-cookie')).toMatch(/^peerql_session=.*; Path=\/calls;/);
    const [ann, bob] = [await register(url, 'Ann'), await register(url, 'Bob')];
    const { id } = await createRoom(url, ann, { name: 'Tea' });
    const socketUrl = url.replace('http', 'ws');
    const [first, second] = [new Participant(socketUrl, ann), new Participant(socketUrl, bob)];
    await first.join({ roomId: id });
    await second.join({ roomId: id });
    await first.next('ParticipantJoined');
    expect(calls.usage()).toMatchObject({ sockets: 2, rooms: 1 });
    await calls.close();
    await first.closed();
    expect(first.closes).toEqual([1012]);
    expect(calls.usage().sockets).toBe(0);
    const late = await send(url, { method: 'POST', headers: json, body: QUERY });
    expect([late.status, late.headers['retry-after']]).toEqual([503, '1']);
    await Promise.all([first.dispose(), second.dispose()]);
  });

  test('a WebSocket of another path and an offer of h2c are left alone', async () => {
    const calls = await open();
    const origin = await serve((_req, res) => res.end(), calls);
    expect(await statusOfUpgrade(origin, '/chat', 'websocket')).toBe(418);
    expect(await statusOfUpgrade(origin, '/graphql', 'websocket')).toBe(418);
    expect(await statusOfUpgrade(origin, '/calls/graphql', 'h2c')).toBe(418);
    expect(await statusOfUpgrade(origin, '/calls/graphql', 'websocket')).toBe(101);
    const foreign = { origin: 'https://evil.example' };
    expect(await statusOfUpgrade(origin, '/calls/graphql', 'websocket', foreign)).toBe(403);
  });

  test('GraphiQL and the page find their server from their own folder on, and can be turned off', async () => {
    const calls = await open();
    const origin = await serve((req, res) => calls.handle(req, res));
    const page = await send(`${origin}/calls/graphql`, { headers: HTML });
    expect(page.text).toContain('"endpoint":"./graphql"');
    const bare = await open(
      { PAGES: 'off', GRAPHIQL: 'off', DATA_DIR: join(dataDir, 'bare') },
      { path: '/bare/' },
    );
    const other = await serve((req, res) => bare.handle(req, res, () => res.end('mine')));
    expect((await send(`${other}/bare/`, { headers: HTML })).text).toBe('mine');
    expect((await send(`${other}/bare`, { headers: HTML })).text).toBe('mine');
    const api = await send(`${other}/bare/graphql`, { headers: HTML });
    expect(api.text).not.toContain('GraphiQL');
    expect(api.status).toBeGreaterThanOrEqual(400);
    const asked = await send(`${other}/bare/graphql`, {
      method: 'POST',
      headers: json,
      body: QUERY,
    });
    expect(asked.text).toBe(ANSWER);
  });
});

describe('a body that was read already', () => {
  test.each([
    ['as JSON', express.json(), json, QUERY],
    ['as text', express.text({ type: '*/*' }), json, QUERY],
    ['as bytes', express.raw({ type: '*/*' }), json, QUERY],
    [
      'as a form',
      express.urlencoded({ extended: false }),
      { 'content-type': 'application/x-www-form-urlencoded' },
      'query=%7B+__typename+%7D',
    ],
  ])('by Express, %s, is taken', async (_how, parser, headers, body) => {
    const calls = await open();
    const app = express();
    app.use(parser);
    app.use('/calls', calls.handle);
    const origin = await serve(app);
    const sent = { method: 'POST', headers, body };
    expect((await send(`${origin}/calls/graphql`, sent)).text).toBe(ANSWER);
    // In parts, so that nobody knows its length.
    expect(await inParts(`${origin}/calls/graphql`, headers, body)).toBe(ANSWER);
    const odd = { ...sent, headers: json, body: '{"query":7}' };
    if (headers === json) expect((await send(`${origin}/calls/graphql`, odd)).status).toBe(400);
  });

  test('by Express does not matter to a query by GET', async () => {
    const calls = await open();
    const app = express();
    app.use(express.json());
    app.use('/calls', calls.handle);
    const origin = await serve(app);
    const query = encodeURIComponent('query Two($a: Boolean!) { __typename @include(if: $a) }');
    const variables = encodeURIComponent('{"a":true}');
    const url = `${origin}/calls/graphql?query=${query}&variables=${variables}`;
    const asked = await send(url, { headers: { accept: 'application/json' } });
    expect([asked.status, asked.text]).toEqual([200, ANSWER]);
  });

  test('by Express is still bounded', async () => {
    const calls = await open({ MAX_MESSAGE_BYTES: '2000' });
    const app = express();
    app.use(express.json());
    app.use('/calls', calls.handle);
    const origin = await serve(app);
    const body = (length: number) =>
      JSON.stringify({ query: '{ __typename }', extensions: { a: 'x'.repeat(length) } });
    const ask = (length: number) =>
      send(`${origin}/calls/graphql`, { method: 'POST', headers: json, body: body(length) });
    expect((await ask(1000)).text).toBe(ANSWER);
    expect((await ask(2000)).status).toBe(413);
  });

  test('by Fastify, which keeps it to itself, is taken once it is handed on', async () => {
    const calls = await open();
    const app = fastify();
    app.all('/calls/*', (req, reply) => {
      reply.hijack();
      calls.handle(Object.assign(req.raw, { body: req.body }), reply.raw);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    steps.push(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    const sent = { method: 'POST', headers: json, body: QUERY };
    expect((await send(`http://127.0.0.1:${port}/calls/graphql`, sent)).text).toBe(ANSWER);
  });

  test('and is nowhere is an error of the server, at once', async () => {
    const calls = await open();
    const origin = await serve(async (req, res) => {
      await once(req.resume(), 'end');
      calls.handle(req, res);
    });
    const sent = { method: 'POST', headers: json, body: QUERY };
    expect((await send(`${origin}/calls/graphql`, sent)).status).toBe(500);
  });
});

describe('identify: people of the server itself', () => {
  const ME = '{ me { id name } }';
  /** Says who somebody is by a cookie of its own. */
  const identify: Identify = ({ headers }) => {
    const subject = /\bmine=(\w+)/.exec(headers.cookie ?? '')?.[1];
    return subject === undefined ? null : { subject, name: subject.toUpperCase() };
  };

  async function mine(how: Identify = identify): Promise<string> {
    const calls = await open({ ADMIN_TOKEN: 'x'.repeat(32) }, { path: '/calls', identify: how });
    const origin = await serve((req, res) => calls.handle(req, res), calls);
    return `${origin}/calls/graphql`;
  }
  const who = async (url: string, headers: Record<string, string>) =>
    (await post<{ me: { id: string; name: string } | null }, object>(url, ME, {}, headers)).data
      ?.me;
  const accountOf = (wire: Wire) => {
    const [ack] = wire.frames;
    return (ack?.payload as { accountId: string | null } | undefined)?.accountId;
  };

  test('are the same over HTTP and WebSocket, each time, and nobody else', async () => {
    const url = await mine();
    const ann = await who(url, { cookie: 'mine=ann' });
    expect(ann?.name).toBe('ANN');
    expect(await who(url, { cookie: 'a=b; mine=ann' })).toEqual(ann);
    expect(await who(url, { cookie: 'mine=bob' })).not.toEqual(ann);
    expect(await who(url, { cookie: 'other=ann' })).toBeNull();
    const socketUrl = url.replace('http', 'ws');
    const wire = await Wire.ready(socketUrl, undefined, { headers: { cookie: 'mine=ann' } });
    expect(accountOf(wire)).toBe(ann?.id);
    const nobody = await Wire.ready(socketUrl);
    expect(accountOf(nobody)).toBeNull();
    for (const one of [wire, nobody]) one.end();
  });

  test('can be in rooms with those who have an account here, whose bearer tokens count more', async () => {
    const url = await mine();
    const bob = await register(url, 'Bob');
    expect((await who(url, { ...bob.headers, cookie: 'mine=ann' }))?.name).toBe('Bob');
    const { data } = await post<{ createRoom: { room: { id: string } } }, object>(
      url,
      'mutation { createRoom(input: {}) { ... on CreateRoomSuccess { room { id } } } }',
      {},
      { cookie: 'mine=ann' },
    );
    const guest = new Participant(url.replace('http', 'ws'), bob);
    const snapshot = await guest.join({ roomId: data?.createRoom.room.id ?? '' });
    expect(snapshot).toMatchObject({ room: { owner: { name: 'ANN' } } });
    await guest.dispose();
  });

  test('are out at once when their sessions are ended', async () => {
    const url = await mine();
    await who(url, { cookie: 'mine=ann' });
    const headers = { cookie: 'mine=ann' };
    const wire = await Wire.ready(url.replace('http', 'ws'), undefined, { headers });
    const ended = await post<{ admin: { endSessions: { ended: number } } }, object>(
      url,
      'mutation { admin { endSessions(input: { issuer: "host", subject: "ann" }) { __typename } } }',
      {},
      { 'x-admin-token': 'x'.repeat(32) },
    );
    expect([ended.errors, ended.status]).toEqual([undefined, 200]);
    expect(await wire.closed()).toBe(4401);
  });

  test('cannot be made to act by another site, whatever says who they are', async () => {
    const url = await mine(({ socket }) => ({
      subject: String(socket.remoteAddress),
      name: 'Here',
    }));
    const forged = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: 'mutation { logout { __typename } }' }),
    });
    expect([forged.status, forged.text]).toEqual([403, expect.stringContaining('CSRF_PREVENTED')]);
  });

  test('who are nobody are an error of the server', async () => {
    const url = await mine(() => ({ subject: '', name: 'Nobody' }));
    const asked = await send(url, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: ME }),
    });
    expect(asked.text).toContain('INTERNAL');
    expect(JSON.parse(asked.text).data ?? null).toBeNull();
  });
});

describe('what cannot be is said at the start', () => {
  test.each(['calls', '/a b', '/graphql'])('the path %j', async (path) => {
    await expect(open({}, { path })).rejects.toThrow('path must be a path such as /api');
  });

  test('mails whose links would lead to whatever host a request names', async () => {
    const smtp = { SMTP_URL: 'smtp://127.0.0.1:1' };
    await expect(open(smtp)).rejects.toThrow('PUBLIC_URL is needed with SMTP_URL');
    await open({ ...smtp, PUBLIC_URL: 'https://app.example.com/calls' });
  });
});

async function statusOfUpgrade(
  origin: string,
  path: string,
  protocol: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const sent = request(`${origin}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: protocol,
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
      ...headers,
    },
  });
  sent.on('error', () => {});
  sent.end();
  const answer: IncomingMessage = await new Promise((resolve) => {
    sent.once('response', resolve);
    sent.once('upgrade', resolve);
  });
  answer.destroy();
  return answer.statusCode;
}

/** A POST without a length. */
async function inParts(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<string> {
  const sent = request(url, { method: 'POST', headers });
  sent.write(body.slice(0, 5));
  sent.end(body.slice(5));
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const part of response) text += part;
  return text;
}
