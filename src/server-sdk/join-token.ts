import { SignJWT } from 'jose';

/** The longest lifetime that servers accept, in seconds. */
const TTL_MAX_SECONDS = 86_400;
/** RFC 7518 §3.2 requires this for HS256. */
const SECRET_MIN_BYTES = 32;

export interface JoinTokenOptions {
  /** The part before the colon in the server's `API_KEYS`. */
  readonly apiKey: string;
  /** The part after it: 32 bytes or more. Keep it on your server. */
  readonly apiSecret: string;
  /** The permanent id of your user. */
  readonly subject: string;
  /** The name that others in a room see. */
  readonly name: string;
  /** The only room that may be entered. Without it: any. */
  readonly room?: string;
  /**
   * With `room`: a `host` moderates as its owner does, a `member` never does. Without it, the role is decided as for
   * everybody else.
   */
  readonly role?: 'host' | 'member';
  /** How long the token is valid, in whole seconds, from 1 to 86,400. */
  readonly ttlSeconds: number;
}

/**
 * Makes a token with which your own back end says who a user is: a JSON Web Token (RFC 7519), signed with HMAC-SHA-256.
 * A front end gives it to the SDK as `token`, or exchanges it for a session with `exchangeToken`. It runs wherever Web
 * Crypto does: Node, Deno, Bun, edge runtimes. Never call it in a page: everybody who has the secret can sign in as
 * anybody.
 *
 * @throws RangeError if an option is out of its bounds
 * @example
 * const token = await createJoinToken({
 *   apiKey: 'shop', apiSecret: secret, subject: user.id, name: user.name, room: roomId, role: 'host', ttlSeconds: 600,
 * });
 */
export async function createJoinToken(options: JoinTokenOptions): Promise<string> {
  const { apiKey, apiSecret, subject, name, room, role, ttlSeconds } = options;
  const secret = new TextEncoder().encode(apiSecret);
  for (const [option, value] of Object.entries({ apiKey, subject, name })) {
    if (typeof value !== 'string' || value === '') throw new RangeError(`${option} must be given.`);
  }
  if (role !== undefined && room === undefined) throw new RangeError('role needs a room.');
  if (room === '') throw new RangeError('room must not be empty.');
  if (secret.length < SECRET_MIN_BYTES) {
    throw new RangeError(`apiSecret must have at least ${SECRET_MIN_BYTES} bytes.`);
  }
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_MAX_SECONDS) {
    throw new RangeError(`ttlSeconds must be a whole number from 1 to ${TTL_MAX_SECONDS}.`);
  }
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    name,
    ...(room === undefined ? {} : { room }),
    ...(role === undefined ? {} : { role }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(apiKey)
    .setSubject(subject)
    .setAudience('peerql')
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(secret);
}
