import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const AUDIENCE = 'soak';
const KEY_ID = 'soak';
/** How long a token is valid, in seconds. */
const LIFETIME = 300;

/** Another login, whose tokens the server under test accepts: it signs them with RS256, and publishes its key. */
export class Issuer {
  readonly #server: Server;
  readonly #url: string;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

  private constructor(server: Server) {
    this.#server = server;
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const key = { ...this.#keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256' };
    const body = JSON.stringify({ keys: [{ ...key, use: 'sig' }] });
    server.on('request', (_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(body);
    });
  }

  static async start(): Promise<Issuer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Issuer(server);
  }

  /** The value of TRUSTED_ISSUERS. */
  get trusted(): string {
    return JSON.stringify([
      { issuer: this.#url, audience: AUDIENCE, jwksUrl: `${this.#url}/keys` },
    ]);
  }

  /** A new token of a person. */
  token(person: string): string {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + LIFETIME };
    const claims = { iss: this.#url, aud: AUDIENCE, sub: person, name: person, jti: randomUUID() };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', kid: KEY_ID })}.${part({ ...claims, ...times })}`;
    const signature = sign('sha256', Buffer.from(signed), this.#keys.privateKey);
    return `${signed}.${signature.toString('base64url')}`;
  }

  stop(): void {
    this.#server.close();
  }
}
