import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MeDocument, RegisterDocument } from '../../src/client/generated/graphql.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { PREFLIGHT_HEADERS } from '../../src/transport/http/csrf.ts';
import { CookieFetch } from '../kit/cookie-fetch.ts';
import { send } from '../kit/http.ts';
import { KeptLog } from '../kit/log.ts';
import { testOfOwnPort } from '../kit/mounts.ts';
import { post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const FRONTEND = 'https://app.example.com';
const FOREIGN = 'https://evil.example';
const BODY_BYTES = 4096;
const JSON_TYPE = { 'content-type': 'application/json' };
const ME = JSON.stringify({ query: '{ me { name } }' });

let server: TestServer;
/** The cookie of somebody who is signed in. */
let cookie: string;

beforeAll(async () => {
  server = await startServer({
    env: { FRONTEND_URL: FRONTEND, MAX_MESSAGE_BYTES: String(BODY_BYTES) },
  });
  const jar = new CookieFetch();
  const input = { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' };
  const body = JSON.stringify({ query: print(RegisterDocument), variables: { input } });
  await jar.fetch(server.graphqlUrl, { method: 'POST', headers: JSON_TYPE, body });
  cookie = jar.header;
  expect(cookie).toMatch(/^peerql_session=\S+$/);
});

afterAll(() => server.close());

describe('CORS', () => {
  const preflight = (origin: string) =>
    send(server.graphqlUrl, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  test('a front end of FRONTEND_URL gets a preflight answered, with credentials', async () => {
    const { status, headers } = await preflight(FRONTEND);
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(FRONTEND);
    expect(headers['access-control-allow-credentials']).toBe('true');
    expect(headers['access-control-allow-methods']).toContain('POST');
    expect(headers['access-control-allow-headers']).toContain('content-type');
    expect(headers.vary).toContain('Origin');
  });

  test('a preflight lets in all that a front end has a reason to send: types, proofs, client names, trace context', async () => {
    const { headers } = await preflight(FRONTEND);
    const allowed = headers['access-control-allow-headers']?.toString().split(', ');
    const client = ['apollographql-client-name', 'apollographql-client-version'];
    // W3C Trace Context and Baggage, as docs/observability.md and OpenTelemetry have it.
    const trace = ['traceparent', 'tracestate', 'baggage'];
    expect(allowed?.sort()).toEqual(
      ['content-type', ...PREFLIGHT_HEADERS, ...client, ...trace].sort(),
    );
    // What the refusal of a forgery names is among them.
    expect(allowed).toContain('graphql-require-preflight');
  });

  test('a front end reads answers', async () => {
    const { status, headers, text } = await send(server.graphqlUrl, {
      method: 'POST',
      headers: { ...JSON_TYPE, cookie, origin: FRONTEND },
      body: ME,
    });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(FRONTEND);
    expect(JSON.parse(text)).toEqual({ data: { me: { name: 'Ann' } } });
  });

  test.each([FOREIGN, 'null', 'https://app.example.com.evil.example', 'http://app.example.com'])(
    '%s gets no header',
    async (origin) => {
      const { headers } = await preflight(origin);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      const answer = await send(server.graphqlUrl, {
        method: 'POST',
        headers: { ...JSON_TYPE, cookie, origin },
        body: ME,
      });
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test('the page of this server itself is let in, by http or behind a proxy by https', async () => {
    for (const origin of [server.url, server.url.replace('http:', 'https:')]) {
      const headers = { ...JSON_TYPE, cookie, origin };
      const { status } = await send(server.graphqlUrl, { method: 'POST', headers, body: ME });
      expect(status).toBe(200);
    }
  });
});

describe('requests that another site could forge', () => {
  const query = `/graphql?query=${encodeURIComponent('{ me { name } }')}`;

  async function refused(path: string, options: Parameters<typeof send>[1]) {
    const { status, text } = await send(`${server.url}${path}`, options);
    expect(status).toBe(403);
    expect(JSON.parse(text).errors[0].extensions.code).toBe('CSRF_PREVENTED');
  }

  test.each([
    ['a form', 'application/x-www-form-urlencoded', `query=${encodeURIComponent('{ me { id } }')}`],
    ['text/plain', 'text/plain', ME],
    ['text/plain with a charset', 'text/plain; charset=utf-8', ME],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
  ])('%s with a cookie is refused', async (_name, type, body) => {
    await refused('/graphql', { method: 'POST', headers: { 'content-type': type, cookie }, body });
  });

  test('a POST without a content type is refused', async () => {
    await refused('/graphql', { method: 'POST', headers: { cookie }, body: ME });
  });

  test('a header that makes a browser ask first is proof enough', async () => {
    const headers = { 'content-type': 'text/plain', cookie, 'graphql-require-preflight': '1' };
    const { status } = await send(server.graphqlUrl, { method: 'POST', headers, body: ME });
    expect(status).not.toBe(403);
  });

  test.each(['cross-site', 'same-site'])('a GET with Sec-Fetch-Site: %s is refused', (site) =>
    refused(query, { headers: { cookie, 'sec-fetch-site': site } }),
  );

  test.each([
    ['of the same origin', { 'sec-fetch-site': 'same-origin' }],
    ['that a person typed', { 'sec-fetch-site': 'none' }],
    ['of a front end', { origin: FRONTEND, 'sec-fetch-site': 'cross-site' }],
    ['of a program', {}],
  ])('a GET %s reads', async (_name, headers) => {
    const { status, text } = await send(`${server.url}${query}`, {
      headers: { cookie, accept: 'application/json', ...headers } as Record<string, string>,
    });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ data: { me: { name: 'Ann' } } });
  });

  test('a mutation by GET is never run', async () => {
    const path = `/graphql?query=${encodeURIComponent('mutation { logout { __typename } }')}`;
    const { status, headers } = await send(`${server.url}${path}`, {
      headers: { cookie, accept: 'application/json', 'sec-fetch-site': 'same-origin' },
    });
    expect(status).toBe(405);
    expect(headers.allow).toBe('POST');
    const answer = await send(`${server.url}${query}`, { headers: { cookie } });
    expect(JSON.parse(answer.text).data.me).toEqual({ name: 'Ann' });
  });
});

describe('headers', () => {
  testOfOwnPort.each(['/', '/graphql', '/health', '/nothing'])(
    '%s has the security headers',
    async (path) => {
      const { headers } = await send(`${server.url}${path}`, { headers: { accept: 'text/html' } });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': expect.any(String),
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=(self)'),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
    },
  );

  testOfOwnPort(
    'in production browsers are told to insist on TLS, and the cookie is bound to the host',
    async () => {
      const strict = await startServer({
        env: { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32), FRONTEND_URL: FRONTEND },
      });
      const input = { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' };
      const body = JSON.stringify({ query: print(RegisterDocument), variables: { input } });
      const { headers } = await send(strict.graphqlUrl, {
        method: 'POST',
        headers: JSON_TYPE,
        body,
      });
      expect(headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
      const [line = ''] = headers['set-cookie'] ?? [];
      expect(line).toMatch(/^__Host-peerql_session=/);
      // The front end is on another site than 127.0.0.1, so the cookie must come along from there.
      for (const part of ['HttpOnly', 'Secure', 'Path=/', 'SameSite=None'])
        expect(line).toContain(part);
      expect(line).not.toContain('Domain');
      await strict.close();
    },
  );

  test('elsewhere the cookie works without TLS', async () => {
    const input = { name: 'Bob', email: 'bob@example.com', password: 'correct horse battery' };
    const body = JSON.stringify({ query: print(RegisterDocument), variables: { input } });
    const { headers } = await send(server.graphqlUrl, { method: 'POST', headers: JSON_TYPE, body });
    const [line = ''] = headers['set-cookie'] ?? [];
    for (const part of ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Expires=']) {
      expect(line).toContain(part);
    }
    expect(line).not.toContain('Secure');
  });
});

describe('paths', () => {
  testOfOwnPort(
    'what is not there is a 404, as JSON for whoever does not ask for a page',
    async () => {
      const json = await send(`${server.url}/nothing`, { headers: { accept: 'application/json' } });
      expect(json.status).toBe(404);
      expect(json.headers['content-type']).toContain('application/json');
      expect(JSON.parse(json.text)).toEqual({ error: 'There is nothing here.' });
      const page = await send(`${server.url}/nothing`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(404);
      expect(page.headers['content-type']).toContain('text/plain');
    },
  );

  test.each([
    '/..%2f..%2fpackage.json',
    '/../package.json',
    '/%00',
    '/assets/%2e%2e/%2e%2e/app.js',
  ])('%s leads nowhere', async (path) => {
    const { status } = await send(`${server.url}${path}`);
    expect(status).toBe(404);
  });

  test('/health says that the process lives, /health/ready that it should be sent traffic', async () => {
    const alive = await send(`${server.url}/health`);
    expect([alive.status, JSON.parse(alive.text)]).toEqual([200, { status: 'ok' }]);
    expect(alive.headers['cache-control']).toBe('no-store');
    const ready = await send(`${server.url}/health/ready`);
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      { status: 'ready', checks: { store: 'up' } },
    ]);
  });

  test('GraphiQL comes from this server alone, under a policy that names its script', async () => {
    const accept = { accept: 'text/html', 'accept-encoding': 'gzip' };
    const page = await send(server.graphqlUrl, { headers: accept });
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'no-cache',
    });
    const html = gunzipSync(page.body).toString();
    expect(html).toContain('<title>PeerQL</title>');
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/);
    const hashes = [...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(
      ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    );
    expect(hashes).toHaveLength(2);
    const [, allowed = ''] =
      /script-src ([^;]+);/.exec(String(page.headers['content-security-policy'])) ?? [];
    expect(allowed.split(' ').sort()).toEqual(hashes.sort());
    expect(page.headers.vary).toBe('Origin, Accept, Accept-Encoding');

    const etag = page.headers.etag ?? '';
    const again = await send(server.graphqlUrl, { headers: { ...accept, 'if-none-match': etag } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const plain = await send(server.graphqlUrl, { headers: { accept: 'text/html' } });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.text).toBe(html);
  });
});

describe('MAX_MESSAGE_BYTES of a body', () => {
  const bodyOf = (bytes: number) => {
    const start = '{"query":"{__typename}","variables":{"x":"';
    return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
  };

  test('at it is answered, past it is 413', async () => {
    const headers = JSON_TYPE;
    const at = await send(server.graphqlUrl, { method: 'POST', headers, body: bodyOf(BODY_BYTES) });
    expect([at.status, JSON.parse(at.text)]).toEqual([200, { data: { __typename: 'Query' } }]);
    const body = bodyOf(BODY_BYTES + 1);
    const past = await send(server.graphqlUrl, { method: 'POST', headers, body });
    expect(past.status).toBe(413);
  });

  test('past it without a content length is 413 too', async () => {
    const body = bodyOf(BODY_BYTES + 1);
    const headers = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
    const past = await send(server.graphqlUrl, { method: 'POST', headers, body });
    expect(past.status).toBe(413);
  });
});

describe('variables', () => {
  // From its second run on a document is compiled, so each is run more often than that.
  const RUNS = 4;
  const call = (variables: object) => {
    const body = JSON.stringify({ query: print(RegisterDocument), variables });
    return send(server.graphqlUrl, { method: 'POST', headers: JSON_TYPE, body });
  };

  test('the defaults of input fields hold at every run', async () => {
    for (let run = 0; run < RUNS; run += 1) {
      const input = { name: 'Cat', email: `cat${run}@example.com`, password: 'a horse of course' };
      const { text } = await call({ input });
      expect(JSON.parse(text).data.register).toMatchObject({
        __typename: 'RegisterSuccess',
        token: null,
      });
    }
  });

  test('what cannot be coerced is said alike at every run', async () => {
    const answers = new Set<string>();
    for (let run = 0; run < RUNS; run += 1) {
      const { status, text } = await call({ input: { name: 1, email: 'x', password: 'y' } });
      answers.add(`${status} ${text}`);
    }
    expect([...answers]).toEqual([expect.stringContaining('cannot represent a non string value')]);
    expect([...answers]).toEqual([expect.stringMatching(/^200 /)]);
  });
});

describe('unexpected errors', () => {
  /** A server whose clock breaks on demand, as anything may. */
  async function breakable() {
    const log = new KeptLog();
    let broken = false;
    const clock = {
      ...systemClock,
      now: () => {
        if (broken) throw new Error('secret detail');
        return Date.now();
      },
    };
    const own = await startServer({ overrides: { clock, log } });
    const ann = await register(own.graphqlUrl);
    const close = () => {
      broken = false;
      return own.close();
    };
    return {
      own,
      ann,
      log,
      close,
      breakIt: () => {
        broken = true;
      },
    };
  }

  test.each([
    ['in a resolver', false, 200],
    ['before any resolver', true, 500],
  ])('%s are masked, with a request id that stands in the log', async (_where, early, status) => {
    const { own, ann, log, close, breakIt } = await breakable();
    breakIt();
    const input = { name: 'Bob', email: 'bob@example.com', password: 'correct horse battery' };
    const answer = early
      ? await post(own.graphqlUrl, MeDocument, {}, ann.headers)
      : await post(own.graphqlUrl, RegisterDocument, { input });
    expect(answer.status).toBe(status);
    const [error] = answer.errors ?? [];
    expect(error?.message).toBe('Something went wrong on the server.');
    expect(error?.extensions?.code).toBe('INTERNAL_SERVER_ERROR');
    const requestId = error?.extensions?.requestId;
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    const line = log.lines.find(
      ({ level, fields }) => level === 'error' && fields.requestId === requestId,
    );
    expect(line?.fields.err).toMatchObject({ message: 'secret detail' });
    await close();
  });
});
