import type { IncomingMessage } from 'node:http';
import type { OutsideSessions, Visit } from '../domain/accounts/outside-sessions.ts';
import { emailRule, nameRule, personRules } from '../domain/accounts/rules.ts';
import type { Caller } from '../domain/accounts/sessions.ts';
import { HOST_ISSUER } from '../domain/accounts/vouching.ts';
import { TokenInvalidError } from '../domain/errors.ts';

/** Somebody whom the program vouches for that PeerQL is a part of. */
export interface Identified {
  /** Who it is, for good: the id of the user there. At most 255 characters. */
  readonly subject: string;
  /** As others will see it; one that cannot be shown counts as none. */
  readonly name?: string | null;
  readonly email?: string | null;
}

/**
 * Says who a request is of, by what the program knows: the cookie of its own session, for example. Null: of nobody that it
 * knows. It is asked with each HTTP request, and once for each WebSocket, by its upgrade; no middleware has run on that.
 */
export type Identify = (request: IncomingMessage) => Identified | null | Promise<Identified | null>;

/** Signs in those whom the program vouches for that this server is a part of. */
export class HostIdentity {
  readonly #identify: Identify;
  readonly #outside: OutsideSessions;

  constructor(identify: Identify, outside: OutsideSessions) {
    this.#identify = identify;
    this.#outside = outside;
  }

  /** Whoever the request is of; null where the program knows nobody. @throws TypeError for what cannot be somebody */
  async of(request: IncomingMessage, visit: Visit): Promise<Caller | null> {
    const identified = await this.#identify(request);
    if (identified === null || identified === undefined) return null;
    const person = personRules.safeParse({ issuer: HOST_ISSUER, subject: identified.subject });
    if (!person.success) {
      const [issue] = person.error.issues;
      throw new TypeError(`What identify answered is nobody: subject ${issue?.message}.`);
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
      // Of somebody whose account is disabled here, for example: they are nobody.
      if (error instanceof TokenInvalidError) return null;
      throw error;
    }
  }
}
