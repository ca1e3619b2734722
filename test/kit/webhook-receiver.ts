import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Changes } from './waiting.ts';

/** The secret that receivers of tests share with their servers. */
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'webhook').toString('base64')}`;
/** A test of 1,000 messages through two killed nodes waits for long. */
const WAIT_MS = 120_000;
const TOLERANCE_SECONDS = 5 * 60;

export interface WebhookBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly roomId: string;
    readonly participant?: {
      readonly id: string;
      readonly user: { readonly id: string; readonly name: string; readonly isGuest: boolean };
      readonly role: string;
      readonly joinedAt: string;
    };
    readonly reason?: string;
  };
}

/** A message that came, whatever was answered. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly body: string;
  readonly message: WebhookBody;
}

/** What to do with a message: answer with a status, or with whatever else. */
export type Answer = number | ((response: ServerResponse) => void);

/** A receiver of webhooks on loopback that checks every signature as Standard Webhooks says, and can die and come back. */
export class WebhookReceiver {
  /** All that came, in order. */
  readonly received: ReceivedWebhook[] = [];
  /** What was no message of whoever has the secret. */
  readonly forged: string[] = [];
  /** Called with every message as it has come. */
  answer: (webhook: ReceivedWebhook) => Answer = () => 204;
  /** The receiver's own clock. */
  now: () => number = Date.now;
  #server: Server | null = null;
  #port = 0;
  readonly #changes = new Changes();

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.restart();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hooks`;
  }

  /** Listens again, on the same port. */
  async restart(): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends at once: whoever waits for an answer gets none. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Waits until `condition` holds after one message or another. */
  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition, () => `a message; got ${this.received.length}`, WAIT_MS);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body: string;
    try {
      body = await text(request);
    } catch {
      // Killed meanwhile.
      return;
    }
    const reason = whyForged(request, body, this.now());
    if (reason !== null) {
      this.forged.push(reason);
      response.writeHead(401).end();
    } else {
      const webhook = {
        id: String(request.headers['webhook-id']),
        body,
        message: JSON.parse(body) as WebhookBody,
      };
      this.received.push(webhook);
      const answer = this.answer(webhook);
      if (typeof answer === 'number') response.writeHead(answer).end();
      else answer(response);
    }
    this.#changes.tell();
  }
}

/** Null for a message that is signed with the secret, and just now. */
function whyForged({ method, headers }: IncomingMessage, body: string, now: number): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  if (method !== 'POST') return `the method ${method}`;
  if (headers['content-type'] !== 'application/json') return `a ${headers['content-type']}`;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string') {
    return 'no signature';
  }
  if (!/^\d+$/.test(timestamp)) return `the time ${timestamp}`;
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return 'an old time';
  const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const fits = given.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const bytes = Buffer.from(value, 'base64');
    return version === 'v1' && bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  });
  return fits ? null : 'another signature';
}
