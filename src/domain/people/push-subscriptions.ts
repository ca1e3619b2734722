import { createHash, ECDH } from 'node:crypto';
import { z } from 'zod';
import type { SessionEnd } from '../accounts/account.ts';
import { mustHaveAccount } from '../accounts/reach.ts';
import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { InvalidInputError, UnauthenticatedError } from '../errors.ts';
import { parseInput } from '../input.ts';
import { PushUnavailableError } from './errors.ts';
import type { PushSubscription, PushSubscriptionStore } from './ports.ts';

const ENDPOINT_MAX_LENGTH = 2048;
const P256DH_BYTES = 65;
const AUTH_BYTES = 16;
/** The first byte of a point in the uncompressed form. */
const UNCOMPRESSED = 4;

/** What a browser gives: `PushSubscription.toJSON()` of the Push API, with its keys. */
export interface GivenSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** Where the browsers of people can be reached by push messages. */
export class PushSubscriptions {
  readonly #store: PushSubscriptionStore;
  readonly #sessions: Pick<Sessions, 'find'>;
  readonly #clock: Clock;
  readonly #perUser: number;
  readonly #isOn: boolean;
  readonly #rules: ReturnType<typeof subscriptionRules>;

  constructor(parts: {
    subscriptions: PushSubscriptionStore;
    sessions: Pick<Sessions, 'find'>;
    clock: Clock;
    /** How many subscriptions a person may have; one more replaces the oldest. */
    perUser: number;
    /** Whether push messages can be sent. */
    isOn: boolean;
    /** Whether a message may be sent to this URL, as far as can be told without asking the DNS. */
    mayCall: (endpoint: URL) => boolean;
  }) {
    this.#store = parts.subscriptions;
    this.#sessions = parts.sessions;
    this.#clock = parts.clock;
    this.#perUser = parts.perUser;
    this.#isOn = parts.isOn;
    this.#rules = subscriptionRules(parts.mayCall);
  }

  /**
   * Saves a subscription of the caller's browser, until it is removed or the session ends. A browser in which somebody
   * else signs in has the same subscription: it moves to them. That is known by its keys, which only the browser has;
   * with other keys, the endpoint of somebody else is refused.
   *
   * @throws InvalidInputError, PushUnavailableError, ForbiddenError
   */
  async save(caller: Caller, input: GivenSubscription): Promise<void> {
    mustHaveAccount(caller);
    if (!this.#isOn) throw new PushUnavailableError();
    const { endpoint, p256dh, auth } = parseInput(this.#rules, input);
    const { accountId: userId, sessionId } = caller;
    const createdAt = new Date(this.#clock.now());
    const id = idOf(endpoint);
    const saved = await this.#store.save({
      id,
      endpoint,
      p256dh,
      auth,
      userId,
      sessionId,
      createdAt,
    });
    if (!saved) throw invalid('endpoint', 'is in use with other keys');
    // Signing out at this moment may not have found it.
    if ((await this.#sessions.find(sessionId)) === null) {
      await this.#store.delete(id, userId);
      throw new UnauthenticatedError();
    }
    const all = await this.#store.listOf(userId);
    for (const old of all.slice(0, Math.max(0, all.length - this.#perUser))) {
      await this.#store.delete(old.id, userId);
    }
  }

  /** Removes a subscription of the caller; resolves to whether there was one. */
  remove(caller: Caller, endpoint: string): Promise<boolean> {
    return this.#store.delete(idOf(endpoint), caller.accountId);
  }

  /** The subscriptions of a person whose sessions are live. */
  async live(userId: string): Promise<PushSubscription[]> {
    const all = await this.#store.listOf(userId);
    const live = await Promise.all(
      all.map(async ({ sessionId }) => (await this.#sessions.find(sessionId)) !== null),
    );
    return all.filter((_, index) => live[index]);
  }

  /** Removes one that does not work any more. */
  async drop({ id, userId }: PushSubscription): Promise<void> {
    await this.#store.delete(id, userId);
  }

  /** Removes the subscriptions of a session that has ended. */
  async endSession({ sessionId }: SessionEnd): Promise<void> {
    await this.#store.deleteBySession(sessionId);
  }

  /** Deletes the subscriptions of a person, because their account is deleted. */
  async forget(userId: string): Promise<void> {
    await this.#store.deleteByUser(userId);
  }

  /** Deletes subscriptions whose session has expired, or was ended by another program; resolves to how many. */
  sweep(): Promise<number> {
    return this.#store.deleteEnded();
  }
}

function subscriptionRules(mayCall: (endpoint: URL) => boolean) {
  return z.object({
    endpoint: z
      .string()
      .max(ENDPOINT_MAX_LENGTH)
      .refine(isPushUrl, {
        message: 'must be a URL with https://, without a password',
        abort: true,
      })
      .refine((url) => mayCall(new URL(url)), 'must lead to a public address'),
    p256dh: z
      .string()
      .transform(bytesOf)
      .refine(isPublicKey, 'must be a P-256 public key: 65 bytes in base64url')
      .transform((bytes) => bytes.toString('base64url')),
    auth: z
      .string()
      .transform(bytesOf)
      .refine(({ length }) => length === AUTH_BYTES, 'must be 16 bytes in base64url')
      .transform((bytes) => bytes.toString('base64url')),
  });
}

function isPushUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

/** Whether it is a point on the curve, in the uncompressed form (RFC 8291 §2.1, SEC 1 §2.3.3). */
function isPublicKey(bytes: Buffer): boolean {
  if (bytes.length !== P256DH_BYTES || bytes[0] !== UNCOMPRESSED) return false;
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}

/** Browsers give base64url; some libraries make base64 with padding of it. Empty for any other text. */
function bytesOf(text: string): Buffer {
  return Buffer.from(/^[\w+/-]{1,128}={0,2}$/.test(text) ? text : '', 'base64');
}

function idOf(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('base64url');
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError([{ path, message }]);
}
