import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { PushNetwork } from '../../src/push/web-push-sender.ts';
import { Changes } from './waiting.ts';

/** A browser with a subscription: the keys by which messages to it are encrypted. */
export class TestBrowser {
  readonly #curve: ECDH = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly endpoint: string;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.#curve.generateKeys();
  }

  /** As `savePushSubscription` takes it. */
  get subscription() {
    return {
      endpoint: this.endpoint,
      p256dh: this.#curve.getPublicKey('base64url'),
      auth: this.#auth.toString('base64url'),
    };
  }

  /** Decrypts a message of one record (RFC 8291 §3.4, RFC 8188 §2). */
  read(body: Buffer): unknown {
    const [salt, sender, record] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
    if (body[20] !== sender.length) throw new Error('another length of the key');
    const info = Buffer.concat([
      Buffer.from('WebPush: info\0'),
      this.#curve.getPublicKey(),
      sender,
    ]);
    const shared = Buffer.from(
      hkdfSync('sha256', this.#curve.computeSecret(sender), this.#auth, info, 32),
    );
    const derive = (what: string, bytes: number) =>
      Buffer.from(hkdfSync('sha256', shared, salt, `Content-Encoding: ${what}\0`, bytes));
    const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    decipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString());
  }
}

/** A message that the push service has accepted, or answered otherwise. */
export interface ReceivedPush {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly message: unknown;
  /** What the signature says (RFC 8292). */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: string;
}

/** A push service on the loopback interface, over TLS. It decrypts every message and checks every signature. */
export class PushService {
  readonly received: ReceivedPush[] = [];
  /** Requests that were not as RFC 8030, 8291 and 8292 say, with the reason. */
  readonly forged: string[] = [];
  /** How to answer a message. */
  answer: (response: ServerResponse, path: string) => void = (response) =>
    response.writeHead(201).end();
  /** How many requests are being answered, and how many were at most. */
  readonly load = { now: 0, most: 0 };
  readonly #server: Server;
  readonly #ca: string;
  readonly #browsers = new Map<string, TestBrowser>();
  readonly #changes = new Changes();

  private constructor(server: Server, ca: string) {
    this.#server = server;
    this.#ca = ca;
  }

  static async start(): Promise<PushService> {
    const [key, cert] = [read('key.pem'), read('cert.pem')];
    const server = createServer({ key, cert });
    const service = new PushService(server, cert);
    server.on('request', (request, response) => void service.#take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return service;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What lets a server send here. */
  get network(): PushNetwork {
    return { isAllowed: (address) => address === '127.0.0.1', ca: this.#ca };
  }

  /** A browser whose messages come through this service. */
  browser(): TestBrowser {
    const path = `/push/${randomBytes(8).toString('hex')}`;
    const browser = new TestBrowser(this.origin + path);
    this.#browsers.set(path, browser);
    return browser;
  }

  until(condition: () => boolean): Promise<void> {
    const seen = () => `a push; got ${JSON.stringify([this.received, this.forged])}`;
    return this.#changes.until(condition, seen, 20_000);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.load.now += 1;
    this.load.most = Math.max(this.load.most, this.load.now);
    response.once('close', () => {
      this.load.now -= 1;
    });
    try {
      const path = request.url ?? '';
      const { claims, key } = this.#signature(request);
      const message = this.#browsers.get(path)?.read(await buffer(request)) ?? null;
      this.received.push({ path, headers: request.headers, message, claims, key });
      this.answer(response, path);
    } catch (error) {
      this.forged.push(String(error));
      response.writeHead(400).end();
    }
    this.#changes.tell();
  }

  /** Checks `Authorization: vapid t=…, k=…`. */
  #signature({ headers, method }: IncomingMessage) {
    if (method !== 'POST') throw new Error(`the method ${method}`);
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error('another encoding');
    const [, token = '', key = ''] =
      /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
    const [head = '', body = '', signature = ''] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
      part.toString('base64url'),
    );
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
    const fits = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    if (!fits) throw new Error('another signature');
    if (claims.aud !== this.origin) throw new Error(`the audience ${claims.aud}`);
    const inADay = Date.now() / 1000 + 86_400;
    if (!(Number(claims.exp) > Date.now() / 1000 && Number(claims.exp) <= inADay)) {
      throw new Error(`the end ${claims.exp}`);
    }
    return { claims, key };
  }
}

/** A certificate for the loopback address, which nobody trusts but servers that are given it. */
function read(file: string): string {
  return readFileSync(new URL(`../fixtures/push/${file}`, import.meta.url), 'utf8');
}
