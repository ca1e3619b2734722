import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scrape } from '../kit/metrics.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace } from '../kit/waiting.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    env: { REQUEST_HEADER_SECONDS: '2' },
    overrides: { pagesFolder: new URL('../../dist/page', import.meta.url).pathname },
  });
});
afterAll(() => server.close());

const BODY = JSON.stringify({ query: '{ __typename }' });
const ANSWER = '{"data":{"__typename":"Query"}}';

/** Writes these bytes; resolves to all that comes back until the server closes. */
async function exchange(...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  for (const part of parts) {
    await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  }
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

function head(lines: readonly string[], target = '/graphql', method = 'POST'): string {
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

const H2C = 'Upgrade: h2c';
const SETTINGS = 'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA';

describe('an offer of another protocol than WebSocket is answered as a request', () => {
  const json = ['Host: localhost', 'Content-Type: application/json'];

  test.each([
    ['Java', ['Connection: Upgrade, HTTP2-Settings', H2C, SETTINGS]],
    ['curl', ['Connection: Upgrade, HTTP2-Settings', 'upgrade: H2C', SETTINGS]],
    ['TLS upgrades', ['Connection: upgrade', 'Upgrade: TLS/1.2, HTTP/1.1']],
    ['something unknown', ['Connection: Upgrade', 'Upgrade: foo/2']],
    ['nothing', ['Connection: Upgrade', 'Upgrade: ']],
  ])('as by %s, with a body', async (_who, upgrade) => {
    const length = `Content-Length: ${BODY.length}`;
    const rest = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    // In one packet with its body, and apart.
    const whole = head([...json, ...upgrade, length]) + BODY;
    const once = await exchange(whole, rest);
    expect(once).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(once).toContain(ANSWER);
    expect(once).toContain('{"status":"ok"}');
    const parted = await exchange(
      head([...json, ...upgrade, length]),
      BODY.slice(0, 7),
      BODY.slice(7),
      rest,
    );
    expect(parted).toContain(ANSWER);
    expect(parted).toContain('{"status":"ok"}');
  });

  test('with a body in chunks', async () => {
    const chunked = head([...json, 'Connection: Upgrade', H2C, 'Transfer-Encoding: chunked']);
    const chunk = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
    const close = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await exchange(chunked, chunk, close)).toContain(ANSWER);
  });

  test('by GET, closing when that is asked for', async () => {
    const lines = ['Host: localhost', 'Connection: close, Upgrade', H2C];
    expect(await exchange(head(lines, '/health', 'GET'))).toContain('{"status":"ok"}');
  });

  test('by Upgrade alone, without Connection, too', async () => {
    const lines = ['Host: localhost', H2C, 'Connection: close'];
    expect(await exchange(head(lines, '/health', 'GET'))).toContain('{"status":"ok"}');
  });
});

describe('a target with scheme and host', () => {
  test.each([
    'http://localhost/graphql',
    'HTTP://LOCALHOST:80/graphql',
    'https://a.example/graphql?a=b',
  ])('%s is the path', async (target) => {
    const lines = [
      'Host: elsewhere.example',
      'Content-Type: application/json',
      `Content-Length: ${BODY.length}`,
      'Connection: close',
    ];
    expect(await exchange(head(lines, target) + BODY)).toContain(ANSWER);
  });

  test('says the host, not the Host header', async () => {
    const asked = (origin: string) =>
      exchange(
        head(
          [
            'Host: evil.example',
            `Origin: ${origin}`,
            'Content-Type: application/json',
            `Content-Length: ${BODY.length}`,
            'Connection: close',
          ],
          'http://calls.example/graphql',
        ) + BODY,
      );
    expect(await asked('https://calls.example')).toMatch(/^HTTP\/1\.1 200/);
    expect(await asked('https://evil.example')).toMatch(/^HTTP\/1\.1 403/);
  });

  test('is one of pages, health and upgrades too', async () => {
    const lines = ['Host: localhost', 'Connection: close'];
    expect(await exchange(head(lines, 'http://localhost/health', 'GET'))).toContain('"ok"');
    expect(await exchange(head(lines, 'http://localhost', 'GET'))).toMatch(/^HTTP\/1\.1 (200|404)/);
    const upgrade = [
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    ];
    // Nobody signs in, so that the server closes it.
    expect(await exchange(head(upgrade, 'http://localhost/graphql', 'GET'))).toMatch(
      /^HTTP\/1\.1 101/,
    );
  });
});

describe('requests that are sent without waiting for answers', () => {
  const postOf = (body: string, target = '/graphql') => {
    const lines = ['Host: localhost', 'Content-Type: application/json'];
    return head([...lines, `Content-Length: ${body.length}`], target) + body;
  };
  const post = postOf(BODY);
  const upgrade = (protocol: string) => [
    'Host: localhost',
    'Connection: Upgrade',
    `Upgrade: ${protocol}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ];

  test('are answered in their order, with a WebSocket behind them', async () => {
    const answers = await exchange(post + post + head(upgrade('websocket'), '/graphql', 'GET'));
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 101',
    ]);
    expect(answers.lastIndexOf(ANSWER)).toBeLessThan(answers.indexOf('HTTP/1.1 101'));
  });

  test('and with the offer of another protocol behind them', async () => {
    const close = 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const answers = await exchange(post + head(upgrade('h2c'), '/health', 'GET') + close);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 404',
    ]);
    expect(answers.indexOf(ANSWER)).toBeLessThan(answers.indexOf('{"status":"ok"}'));
  });

  test('are answered after one that is refused, and after one whose body nobody reads', async () => {
    const health = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    for (const [first, status] of [
      [postOf(BODY, '/nothing'), 404],
      [postOf('a'.repeat(65_536), '/nothing'), 404],
      [postOf('{'), 400],
    ] as const) {
      const answers = await exchange(first + health);
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 200']);
    }
  });

  test('are not answered after one whose body is long and not read: the connection ends', async () => {
    const health = 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    for (const [first, status] of [
      [postOf('a'.repeat(65_537), '/nothing'), 404],
      [postOf('a'.repeat(3_000_000)), 413],
    ] as const) {
      const answers = await exchange(first + health);
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
    }
  });
});

describe('a file of the page', () => {
  test.each(['bytes=9-3', 'bytes=-5', 'bytes=0-1,3-4', 'bytes=99999999-', 'x', ''])(
    'comes whole with Range: %s',
    async (range) => {
      const lines = ['Host: localhost', `Range: ${range}`, 'Connection: close'];
      const answer = await exchange(head(lines, '/', 'GET'));
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(answer).toContain('</html>');
    },
  );
});

describe('parameters of a URL', () => {
  test.each([
    ['variables', '[[[['],
    ['variables', '{"a":'],
    ['extensions', 'x'],
  ])('%s that are no JSON are the client’s mistake: %s', async (name, value) => {
    const search = new URLSearchParams({ query: '{ __typename }', [name]: value });
    const answer = await fetch(`${server.graphqlUrl}?${search}`);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('not JSON'),
    ]);
  });

  test('an origin that is refused is told as far as it can be one', async () => {
    const headers = {
      origin: `https://${'a-long-name.'.repeat(750)}example`,
      'content-type': 'application/json',
    };
    const answer = await fetch(server.graphqlUrl, { method: 'POST', headers, body: BODY });
    expect(answer.status).toBe(403);
    expect((await answer.text()).length).toBeLessThan(500);
  });
});

describe('bodies', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test.each([
    ['gzip', new Uint8Array(gzipSync(BODY))],
    ['br', new Uint8Array(brotliCompressSync(BODY))],
    ['deflate', new Uint8Array(Buffer.from(BODY))],
    ['identity, gzip', new Uint8Array(Buffer.from(BODY))],
  ])('with Content-Encoding: %s get 415, and what may be sent', async (encoding, body) => {
    const answer = await post(body, { 'content-encoding': encoding });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
    });
  });

  test('as they are may say so', async () => {
    const answer = await post(BODY, { 'content-encoding': 'identity' });
    expect(await answer.text()).toBe(ANSWER);
  });
});

test('a connection that is idle for longer than headers may take is kept', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const ask = async () => {
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer);
  };
  expect(await ask()).toContain('Keep-Alive: timeout=65');
  // Longer than Node's own 5 s, after which it would close.
  await pace(7000);
  expect(await ask()).toMatch(/^HTTP\/1\.1 200/);
  socket.destroy();
  expect((await scrape(server.url)).value('peerql_sockets')).toBe(0);
}, 30_000);
