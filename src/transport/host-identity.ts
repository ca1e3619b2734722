import type { IncomingMessage } from 'node:http';
import type { OutsideSessions, Visit } from '../domain/accounts/outside-sessions.ts';
import { emailRule, nameRule, personRules } from '../domain/accounts/rules.ts';
import type { Caller } from '../domain/accounts/sessions.ts';
import { HOST_ISSUER } from '../domain/accounts/vouching.ts';
import { TokenInvalidError } from '../domain/errors.ts';

/** A person whom the embedding program vouches for. */
export interface Identified {
  /** The permanent id of the user in that program. At most 255 characters. */
  readonly subject: string;
  /** The name that others will see. A name that cannot be shown counts as none. */
  readonly name?: string | null;
  readonly email?: string | null;
}

/**
 * Says who makes a request, by what the program knows, for example its own session cookie. Null: nobody that it knows.
 * It is called for each HTTP request, and once for each WebSocket with its upgrade request, on which no middleware has
 * run.
 */
export type Identify = (request: IncomingMessage) => Identified | null | Promise<Identified | null>;

/** Signs in people whom the embedding program vouches for. */
export class HostIdentity {
  readonly #identify: Identify;
  readonly #outside: OutsideSessions;

  constructor(identify: Identify, outside: OutsideSessions) {
    this.#identify = identify;
    this.#outside = outside;
  }

  /**
   * The caller of a request; null if the program knows nobody. @throws TypeError if the answer of `identify` is not
   * valid
   */
  async of(request: IncomingMessage, visit: Visit): Promise<Caller | null> {
    const identified = await this.#identify(request);
    if (identified === null || identified === undefined) return null;
    const person = personRules.safeParse({ issuer: HOST_ISSUER, subject: identified.subject });
    if (!person.success) {
      const [issue] = person.error.issues;
      throw new TypeError(`The answer of identify is not valid: subject ${issue?.message}.`);
    }
    const name = nameRule.safeParse(identified.name);
    const email = emailRule.safeParse(identified.email);
    const described = {
      ...person.data,
      name: name.success ? name.data : null,
      email: email.success ? email.data : null,
      emailVerified: email.success,
      picture: null,
    };
    try {
      return await this.#outside.identify(described, visit);
    } catch (error) {
      // For example, the account is disabled here: then nobody is signed in.
      if (error instanceof TokenInvalidError) return null;
      throw error;
    }
  }
}
