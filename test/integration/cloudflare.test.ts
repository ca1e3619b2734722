import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FrontProxy, findProxy } from '../kit/proxy.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const HOST = 'calls.example.com';
const haproxy = findProxy('haproxy');
const nginx = findProxy('nginx');
/** A front that is stricter than Cloudflare, which closes a WebSocket after 100 s in which nothing came from either side. */
const IDLE_SECONDS = 6;

/**
 * HAProxy as Cloudflare behaves by its documentation: it ends TLS, keeps `Host`, adds the visitor to `X-Forwarded-For`, and
 * says more in headers of its own, of which this server uses none.
 */
function asCloudflare(config: string): string {
  return config
    .replace(/timeout tunnel .*/, `timeout tunnel ${IDLE_SECONDS}s`)
    .replace(
      '    default_backend nodes',
      [
        '    http-request set-header CF-Connecting-IP %[src]',
        '    http-request set-header CF-Ray 230b030023ae2822-SJC',
        '    http-request set-header CF-Visitor {\\"scheme\\":\\"https\\"}',
        '    http-request set-header X-Forwarded-Proto https',
        '    http-request del-header X-Forwarded-Host',
        '    default_backend nodes',
      ].join('\n'),
    );
}

describe.skipIf(haproxy === null || nginx === null).each(['2', '127.0.0.1'])(
  'behind Cloudflare and nginx, with TRUST_PROXY=%s',
  (trusted) => {
    let server: TestServer;
    let inner: FrontProxy;
    let outer: FrontProxy;

    beforeAll(async () => {
      const env = { TRUST_PROXY: trusted, NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
      server = await startServer({ env });
      inner = await FrontProxy.start('nginx', nginx ?? '', server.url);
      outer = await FrontProxy.start('haproxy', haproxy ?? '', inner.url, asCloudflare);
      return async () => {
        await outer.stop();
        await inner.stop();
        await server.close();
      };
    });
    const wires: Wire[] = [];
    afterEach(() => {
      for (const { ws } of wires.splice(0)) ws.terminate();
    });

    /** Asks from an address of this machine's own. */
    async function ask(from: string, body: object, headers: Record<string, string> = {}) {
      const sent = request(`${outer.url}/graphql`, {
        method: 'POST',
        localAddress: from,
        headers: { host: HOST, 'content-type': 'application/json', ...headers },
      });
      sent.end(JSON.stringify(body));
      const [response] = await once(sent, 'response');
      return { status: response.statusCode, answer: await text(response) };
    }

    const mistype = async (from: string, email: string, headers = {}) => {
      const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
      const variables = { input: { email, password: 'not it at all' } };
      const { answer } = await ask(from, { query, variables }, headers);
      return JSON.parse(answer).data.login.__typename;
    };

    test('the typos of 24 visitors lock no 25th out; one who guesses is locked out, whatever addresses they claim', async () => {
      for (let visitor = 1; visitor <= 25; visitor += 1) {
        const said = await mistype(`127.0.1.${visitor}`, `visitor${visitor}@example.com`);
        expect(said).toBe('BadCredentialsError');
      }
      const guesses: string[] = [];
      for (let guess = 1; guess <= 24; guess += 1) {
        const claimed = `198.51.100.${guess}`;
        const headers = { 'x-forwarded-for': claimed, 'cf-connecting-ip': claimed };
        guesses.push(await mistype('127.0.2.1', `guess${guess}@example.com`, headers));
      }
      expect(guesses).toContain('RateLimitedError');
    });

    test('the own page is let in by TLS, and no other', async () => {
      const query = { query: '{ __typename }' };
      const from = '127.0.3.1';
      expect((await ask(from, query, { origin: `https://${HOST}` })).status).toBe(200);
      for (const origin of ['https://evil.example', `https://${HOST}:8443`]) {
        expect((await ask(from, query, { origin })).status).toBe(403);
      }
      const forged = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' };
      expect((await ask(from, query, forged)).status).toBe(403);
    });

    test('a socket on which nobody says anything outlives the time after which idle ones are closed', async () => {
      const headers = { host: HOST, origin: `https://${HOST}` };
      const wire = await Wire.ready(`${outer.url.replace('http', 'ws')}/graphql`, undefined, {
        headers,
      });
      wires.push(wire);
      let pings = 0;
      const began = performance.now();
      while (performance.now() - began < 2 * IDLE_SECONDS * 1000) {
        await once(wire.ws, 'ping');
        pings += 1;
      }
      expect(wire.close).toBeNull();
      expect(pings).toBeGreaterThan(2);
      expect((await wire.run('1', '{ __typename }')).type).toBe('next');
    }, 60_000);
  },
);
