import { createHmac } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { WebhookSender } from '../domain/webhooks/ports.ts';

/**
 * Sends messages by POST, signed as Standard Webhooks says (standardwebhooks.com, symmetric `v1`): the headers
 * `webhook-id`, `webhook-timestamp` and `webhook-signature`. Any status from 200 to 299 means that the message arrived.
 * Redirects are not followed, and bodies are not read.
 *
 * @param key the key of the HMAC-SHA256
 * @param timeoutMs how long a receiver may take, in milliseconds
 */
export function httpSender(key: Buffer, timeoutMs: number, clock: Clock): WebhookSender {
  return {
    async send({ id, url, body }) {
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature = createHmac('sha256', key)
        .update(`${id}.${timestamp}.${body}`)
        .digest('base64');
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'PeerQL',
            'webhook-id': id,
            'webhook-timestamp': timestamp,
            'webhook-signature': `v1,${signature}`,
          },
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw new Error(`The receiver cannot be reached: ${causeOf(error)}.`, { cause: error });
      }
      await response.body?.cancel().catch(() => {});
      if (!response.ok) throw new Error(`The receiver answered ${response.status}.`);
    },
  };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
