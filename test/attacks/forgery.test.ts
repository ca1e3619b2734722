import { expect } from 'vitest';
import { send } from '../kit/http.ts';
import { register } from '../kit/people.ts';
import { refusedUpgrade } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';

const EVIL = 'https://evil.example';
const MUTATION = 'mutation { revokeOtherSessions { __typename } }';

/** The headers with which a victim's browser sends what a page of another site makes it send. */
async function victim(server: AttackedServer): Promise<Record<string, string>> {
  const { token, password } = await register(server.graphqlUrl, 'Victim');
  server.keepsSecret(token, password);
  return {
    cookie: `__Host-peerql_session=${token}`,
    origin: EVIL,
    'sec-fetch-site': 'cross-site',
    accept: '*/*',
  };
}

attacks({}, (attack) => {
  for (const [kind, type, body] of [
    ['form post', 'application/x-www-form-urlencoded', `query=${encodeURIComponent(MUTATION)}`],
    ['text/plain post', 'text/plain', JSON.stringify({ query: MUTATION })],
    [
      'multipart post',
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: MUTATION })}\r\n--x--\r\n`,
    ],
    ['post without a type', '', JSON.stringify({ query: MUTATION })],
  ] as const) {
    attack(`cross-site mutation by ${kind}`, async (server) => {
      const headers = await victim(server);
      const sent: Record<string, string> = { ...headers, 'content-type': type };
      const options = { method: 'POST', headers: sent, body };
      const answer = await send(server.graphqlUrl, options);
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      // A browser that hides the origin says so, and an old one says nothing at all.
      const hidden = { ...options, headers: { ...options.headers, origin: 'null' } };
      expect((await send(server.graphqlUrl, hidden)).status).toBe(403);
      const { origin: _origin, 'sec-fetch-site': _site, ...silent } = options.headers;
      expect((await send(server.graphqlUrl, { ...options, headers: silent })).status).toBe(403);
      return '403, nothing was run';
    });
  }

  attack('cross-site mutation and query by GET', async (server) => {
    const headers = await victim(server);
    for (const query of [MUTATION, '{ me { email } }']) {
      const url = `${server.graphqlUrl}?query=${encodeURIComponent(query)}`;
      expect((await send(url, { headers })).status).toBe(403);
      const { origin: _origin, ...image } = headers;
      expect((await send(url, { headers: image })).status).toBe(403);
    }
    const { cookie = '' } = headers;
    const own = { cookie, 'sec-fetch-site': 'same-origin', accept: 'application/json' };
    const url = `${server.graphqlUrl}?query=${encodeURIComponent(MUTATION)}`;
    expect((await send(url, { headers: own })).status).toBe(405);
    return '403 from elsewhere, 405 for a mutation from anywhere';
  });

  attack('cross-site request with application/json, and its preflight', async (server) => {
    const headers = await victim(server);
    const body = JSON.stringify({ query: MUTATION });
    const type = { 'content-type': 'application/json' };
    const posted = await send(server.graphqlUrl, {
      method: 'POST',
      headers: { ...headers, ...type },
      body,
    });
    expect(posted.status).toBe(403);
    const preflight = await send(server.graphqlUrl, {
      method: 'OPTIONS',
      headers: { origin: EVIL, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    return 'a preflight that allows nothing, and 403';
  });

  attack('cross-site WebSocket', async (server) => {
    const { cookie = '' } = await victim(server);
    for (const origin of [EVIL, 'null', `http://evil.example:${server.port}`]) {
      const options = { headers: { cookie, origin } };
      expect(await refusedUpgrade(server.socketUrl, options)).toBe(403);
    }
    return '403 before the handshake';
  });
});
