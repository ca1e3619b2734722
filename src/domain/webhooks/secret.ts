/** The prefix of a secret (Standard Webhooks). */
const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** The key of a secret, which is `whsec_` and 24 to 64 bytes in base64. Null for any other text. */
export function readWebhookSecret(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX)) return null;
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  const isWhole = key.toString('base64') === text;
  return isWhole && key.length >= MIN_BYTES && key.length <= MAX_BYTES ? key : null;
}
