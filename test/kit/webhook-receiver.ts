import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Changes } from './waiting.ts';

/** The secret that test receivers share with their servers. */
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'webhook').toString('base64')}`;
/** A test sends 1,000 messages through two killed nodes, which takes long. */
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

/** A received message, whatever the answer was. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly body: string;
  readonly message: WebhookBody;
}

/** How to answer a message: with a status, or by a function. */
export type Answer = number | ((response: ServerResponse) => void);

/**
 * A receiver of webhooks on the loopback interface. It checks every signature by Standard Webhooks, and can be killed
 * and restarted.
 */
export class WebhookReceiver {
  /** All received messages, in order. */
  readonly received: ReceivedWebhook[] = [];
  /** Messages that were not signed with the secret, with the reason. */
  readonly forged: string[] = [];
  /** Called for every received message. */
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

  /** Ends at once: pending requests get no answer. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Waits until `condition` holds after some message. */
  until(condition: () => boolean): Promise<void> {
    return this.#changes.until(condition, () => `a message; got ${this.received.length}`, WAIT_MS);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body: string;
    try {
      body = await text(request);
    } catch {
      // The receiver was killed meanwhile.
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

/** Null for a message with a valid and recent signature. */
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
