import { Agent, request } from 'node:https';
import webPush from 'web-push';
import type { PushSubscription } from '../domain/people/ports.ts';
import type { PushMessage, PushSender } from '../domain/people/pushes.ts';
import { allowedLookup, InsideAddressError, mayBeCalled } from './public-address.ts';

/** A key pair of this server (RFC 8292): each in base64url, the public one as browsers expect it. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Where push messages may be sent. */
export interface PushNetwork {
  isAllowed(address: string): boolean;
  /** The certificate authority of the push services, in PEM. Default: those that Node.js trusts. */
  readonly ca?: string;
}

/** Statuses that say that a subscription has ended (RFC 8030 §7.3). */
const GONE = new Set([404, 410]);

/** A status that says that the push service is asked too often (RFC 8030 §8.4). */
const TOO_MANY = 429;

interface Answer {
  readonly status: number;
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined;
}

/** Makes a new key pair. */
export function makeVapidKeys(): VapidKeys {
  return webPush.generateVAPIDKeys();
}

/**
 * Sends push messages to the push services of browsers: encrypted (RFC 8291), signed (RFC 8292), with high urgency. The
 * URLs come from clients, so only allowed addresses are called, redirects are not followed, and answers are not read.
 *
 * @param subject who can be asked about this server: a `mailto:` or `https:` URL
 * @param timeoutMs how long a push service may take to answer, in milliseconds
 */
export function webPushSender(parts: {
  keys: VapidKeys;
  subject: string;
  timeoutMs: number;
  network: PushNetwork;
}): PushSender {
  const { keys, subject, timeoutMs, network } = parts;
  const isAllowed = (address: string) => network.isAllowed(address);
  const agent = new Agent({ ...(network.ca !== undefined && { ca: network.ca }) });
  const lookup = allowedLookup(isAllowed);

  function post({ endpoint, headers, body }: webPush.RequestDetails): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const call = request(endpoint, { method: 'POST', headers, agent, lookup, signal });
      call.once('response', (response) => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, retryAfter: headers['retry-after'] });
        response.destroy();
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  return {
    async send(subscription, message) {
      if (!mayBeCalled(new URL(subscription.endpoint), isAllowed)) return 'GONE';
      let answer: Answer;
      try {
        answer = await post(detailsOf(subscription, message, { ...keys, subject }));
      } catch (error) {
        if (error instanceof InsideAddressError) return 'GONE';
        const reason = `The push service cannot be reached: ${reasonOf(error)}.`;
        return { retryAfterMs: 0, reason };
      }
      const { status, retryAfter } = answer;
      if (GONE.has(status)) return 'GONE';
      if (status >= 200 && status < 300) return 'SENT';
      const reason = `The push service answered ${status}.`;
      if (status !== TOO_MANY && status < 500) throw new Error(reason);
      return { retryAfterMs: millisecondsOf(retryAfter), reason };
    },
  };
}

function detailsOf(
  { endpoint, p256dh, auth }: PushSubscription,
  { topic, ttlSeconds, payload }: PushMessage,
  vapidDetails: VapidKeys & { readonly subject: string },
): webPush.RequestDetails {
  return webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails,
    TTL: ttlSeconds,
    urgency: 'high',
    topic,
    contentEncoding: 'aes128gcm',
  });
}

/** How long `Retry-After` wants one to wait: it has seconds or a date (RFC 9110 §10.2.3). 0 if it says nothing. */
function millisecondsOf(retryAfter = ''): number {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' || error.name === 'AbortError'
    ? 'it does not answer in time'
    : error.message;
}
