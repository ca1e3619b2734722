import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { Provider } from 'oidc-provider';

export const AUDIENCE = 'calls';

/** A real issuer on this machine that signs any claims. */
export class TestIssuer {
  readonly #server: OAuth2Server;

  private constructor(server: OAuth2Server) {
    this.#server = server;
  }

  /** @param kid of its only key */
  static async start(kid = 'the-key', port = 0): Promise<TestIssuer> {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256', { kid });
    await server.start(port, 'localhost');
    return new TestIssuer(server);
  }

  get url(): string {
    return this.#server.issuer.url ?? '';
  }

  /** Its entry for `TRUSTED_ISSUERS`. */
  get trusted(): Record<string, unknown> {
    return { issuer: this.url, audience: AUDIENCE };
  }

  /** Signs a token; the given claims replace the usual ones. */
  token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    kid?: string,
  ): Promise<string> {
    return this.#server.issuer.buildToken({
      ...(kid !== undefined && { kid }),
      scopesOrTransform: (usualHeader, payload) => {
        Object.assign(usualHeader, header);
        Object.assign(payload, { sub: 'ann', aud: AUDIENCE, name: 'Ann', ...claims });
      },
    });
  }

  async addKey(kid: string): Promise<void> {
    await this.#server.issuer.keys.generate('RS256', { kid });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }
}

/** An OpenID provider with a client that gets access tokens (RFC 9068) for itself. */
export async function startProvider(): Promise<{
  url: string;
  token(): Promise<string>;
  stop(): Promise<void>;
}> {
  const server = createServer();
  const url = await listen(server);
  const client = { client_id: 'ann', client_secret: 'not much of a secret at all' };
  const provider = new Provider(url, {
    clients: [
      { ...client, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'call',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
  return {
    url,
    async token() {
      const { client_id: id, client_secret: secret } = client;
      const response = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}` },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          resource: 'urn:calls',
          scope: 'call',
        }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      return token;
    },
    stop: () => close(server),
  };
}

/** An issuer with scripted answers, which counts its requests. */
export async function startOddIssuer(
  answer: (url: string) => RequestListener,
): Promise<{ url: string; asked: () => number; stop(): Promise<void> }> {
  const server = createServer();
  const url = await listen(server);
  let asked = 0;
  server.on('request', (request, response) => {
    asked += 1;
    answer(url)(request, response);
  });
  return { url, asked: () => asked, stop: () => close(server) };
}

/** A token of an API key, as a team's own back end would make it. */
export function apiKeyToken(
  key: { id: string; secret: string },
  claims: Record<string, unknown> = {},
  now = Date.now(),
): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const usual = { iss: key.id, aud: 'peerql', sub: 'bob', name: 'Bob' };
  return new SignJWT({ ...usual, iat: seconds, exp: seconds + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(key.secret));
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
