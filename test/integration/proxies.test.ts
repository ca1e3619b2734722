import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RawAnswer, send } from '../kit/http.ts';
import { FrontProxy, findProxy, type ProxyName } from '../kit/proxy.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const HOST = 'calls.example.com';
const QUERY = JSON.stringify({ query: '{ __typename }' });

function ask(url: string, headers: Record<string, string>): Promise<RawAnswer> {
  const type = { 'content-type': 'application/json' };
  return send(url, { method: 'POST', headers: { ...type, ...headers }, body: QUERY });
}

/** The status of a handshake; 101 where it is done. */
async function handshake(url: string, headers: Record<string, string>): Promise<number> {
  const ws = new WebSocket(url.replace('http', 'ws'), ['graphql-transport-ws'], { headers });
  const refused = once(ws, 'unexpected-response').then(([, response]) => response.statusCode);
  const opened = once(ws, 'open').then(() => 101);
  ws.on('error', () => {});
  const status = await Promise.race([refused, opened]);
  ws.terminate();
  return status;
}

/** Somebody at `address` who mistypes the password of their own account. */
async function mistype(url: string, email: string, address: string): Promise<string> {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  const body = JSON.stringify({
    query,
    variables: { input: { email, password: 'not it at all' } },
  });
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
  const { text } = await send(url, { method: 'POST', headers, body });
  return JSON.parse(text).data.login.__typename;
}

const PROXIES: readonly ProxyName[] = ['nginx', 'haproxy', 'caddy'];

/** As the configuration that is shipped, but the server hears a name of its own. */
const REWRITING: Readonly<Record<ProxyName, (text: string) => string>> = {
  nginx: (text) =>
    text.replace('proxy_set_header Host $peerql_host;', 'proxy_set_header Host inner;'),
  haproxy: (text) =>
    text.replace(
      '    balance leastconn',
      '    http-request set-header Host inner\n    balance leastconn',
    ),
  caddy: (text) => text.replace('transport http {', 'header_up Host inner\n\t\ttransport http {'),
};

describe.each(PROXIES)('behind %s', (name) => {
  const binary = findProxy(name);
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ env: { TRUST_PROXY: '1' } });
  });
  afterAll(() => server.close());

  test.skipIf(binary === null).each([
    ['with the host passed on', (text: string) => text],
    ['with a host of its own', REWRITING[name]],
  ])(
    '%s the own page is let in, and no other',
    async (_how, change) => {
      const proxy = await FrontProxy.start(name, binary ?? '', server.url, change);
      try {
        const url = `${proxy.url}/graphql`;
        for (const host of [HOST, `${HOST}:80`]) {
          const own = await ask(url, { host, origin: `http://${HOST}` });
          expect([own.status, own.text]).toEqual([200, '{"data":{"__typename":"Query"}}']);
          expect(await handshake(url, { host, origin: `http://${HOST}` })).toBe(101);
        }
        for (const origin of ['https://evil.example', 'http://inner', `http://${HOST}:8080`]) {
          expect((await ask(url, { host: HOST, origin })).status).toBe(403);
          expect(await handshake(url, { host: HOST, origin })).toBe(403);
        }
        // What a client says of itself is not believed.
        const forged = {
          host: HOST,
          origin: 'https://evil.example',
          'x-forwarded-host': 'evil.example',
        };
        expect((await ask(url, forged)).status).toBe(403);
      } finally {
        await proxy.stop();
      }
    },
    60_000,
  );

  test.skipIf(binary === null)(
    'connections to the server outlive its idle time',
    async () => {
      const proxy = await FrontProxy.start(name, binary ?? '', server.url);
      try {
        for (let index = 0; index < 50; index += 1) {
          expect((await ask(`${proxy.url}/graphql`, { host: HOST })).status).toBe(200);
        }
      } finally {
        await proxy.stop();
      }
    },
    60_000,
  );
});

describe('a back end of one’s own that asks for its users', () => {
  test.each(['1', 'loopback'])(
    'with TRUST_PROXY=%s the typos of 24 users lock no 25th out',
    async (trusted) => {
      const server = await startServer({ env: { TRUST_PROXY: trusted } });
      for (let user = 1; user <= 25; user += 1) {
        const said = await mistype(
          server.graphqlUrl,
          `user${user}@example.com`,
          `198.51.100.${user}`,
        );
        expect(said).toBe('BadCredentialsError');
      }
      // One who guesses is locked out all the same, with a port and in brackets, too.
      const guesses = [];
      for (let guess = 0; guess < 24; guess += 1) {
        guesses.push(
          await mistype(
            server.graphqlUrl,
            `guess${guess}@example.com`,
            `203.0.113.9:${4000 + guess}`,
          ),
        );
      }
      expect(guesses).toContain('RateLimitedError');
      await server.close();
    },
  );
});

describe('under a path', () => {
  const binary = findProxy('nginx');
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({
      env: {
        TRUST_PROXY: '1',
        PATH_PREFIX: '/api',
        NODE_ENV: 'production',
        JWT_SECRET: 'x'.repeat(32),
      },
      overrides: { pagesFolder: new URL('../../dist/page', import.meta.url).pathname },
    });
  });
  afterAll(() => server.close());

  const site = (target: string) => (text: string) =>
    text
      .replace('location / {', 'location /api/ {')
      .replace('proxy_pass http://peerql;', `proxy_pass ${target};`)
      .replace(
        'server {\n    listen',
        'server {\n    location = /health { proxy_pass http://peerql; }\n    listen',
      );

  test.skipIf(binary === null).each([
    ['takes away', 'http://peerql/'],
    ['leaves', 'http://peerql'],
  ])(
    'that the proxy %s: page, files, GraphiQL, API, cookie and sockets',
    async (_how, target) => {
      const proxy = await FrontProxy.start('nginx', binary ?? '', server.url, site(target));
      try {
        const base = `${proxy.url}/api/`;
        const page = await send(base, { headers: { accept: 'text/html' } });
        expect(page.status).toBe(200);
        const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
          ([, file = '']) => file,
        );
        expect(files.length).toBeGreaterThan(1);
        for (const file of files) {
          const { status } = await send(new URL(file, base).href);
          expect([file, status]).toEqual([file, 200]);
        }
        const graphiql = await send(`${base}graphql`, { headers: { accept: 'text/html' } });
        const endpoint = /"endpoint":"([^"]+)"/.exec(graphiql.text)?.[1] ?? '';
        expect(new URL(endpoint, `${base}graphql`).pathname).toBe('/api/graphql');
        const own = { host: HOST, origin: `http://${HOST}` };
        expect((await ask(`${base}graphql`, own)).text).toBe('{"data":{"__typename":"Query"}}');
        expect(await handshake(`${base}graphql`, own)).toBe(101);
        expect((await send(`${base}health/ready`)).status).toBe(200);
        expect((await send(`${base}metrics`)).status).toBe(403);
        const register =
          'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
        const input = {
          name: 'Ann',
          email: `${target.length}@example.com`,
          password: 'correct horse battery',
        };
        const { headers } = await send(`${base}graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...own },
          body: JSON.stringify({ query: register, variables: { input } }),
        });
        expect(String(headers['set-cookie'])).toMatch(/^__Secure-peerql_session=.*Path=\/api;/);
      } finally {
        await proxy.stop();
      }
    },
    60_000,
  );

  test('without a proxy it answers with the path and without', async () => {
    const root = new URL(server.url).origin;
    expect(server.url).toBe(`${root}/api`);
    const moved = await fetch(`${root}/api?room=a`, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/api/?room=a']);
    for (const path of ['/api/health', '/health'])
      expect((await fetch(root + path)).status).toBe(200);
    for (const path of ['/apihealth', '/api/api/health', '/other/health']) {
      expect((await fetch(root + path)).status).toBe(404);
    }
  });
});
