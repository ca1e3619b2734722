import type { JWTPayload } from 'jose';
import type { Grant } from '../domain/accounts/account.ts';
import { EMAIL_MAX_LENGTH, NAME_LENGTH, nameRule } from '../domain/accounts/rules.ts';
import { TOKEN_LIFE_MS, type TrustedIssuer, type Vouched } from '../domain/accounts/vouching.ts';
import { TokenInvalidError } from '../domain/errors.ts';

/** OpenID Connect Core 1.0 §2. */
const SUBJECT_MAX_LENGTH = 255;
const URL_MAX_LENGTH = 2048;
const ROOM_ID = /^[0-9a-f]{16}$/;

type ClaimNames = TrustedIssuer['claims'];

/** What a verified token says about its person. @throws TokenInvalidError */
export function readClaims(payload: JWTPayload, issuer: string, names: ClaimNames): Vouched {
  const { sub, exp, iat } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_MAX_LENGTH) {
    throw new TokenInvalidError(`It needs a "sub" of 1 to ${SUBJECT_MAX_LENGTH} characters.`);
  }
  const email = textAt(payload, names.email);
  const isEmail = email !== null && email.length <= EMAIL_MAX_LENGTH && email.includes('@');
  return {
    issuer,
    subject: sub,
    name: readName(payload, names.name),
    email: isEmail ? email.trim().toLowerCase() : null,
    emailVerified: isEmail && payload.email_verified === true,
    picture: readPicture(textAt(payload, names.picture)),
    grant: null,
    // Both are numbers: their bounds have been checked.
    issuedAt: new Date(Number(iat) * 1000),
    expiresAt: new Date(Number(exp) * 1000),
  };
}

/** The room and the role to which a token of an API key limits the session. @throws TokenInvalidError */
export function readGrant({ room, role }: JWTPayload): Grant | null {
  if (room === undefined) {
    if (role === undefined) return null;
    throw new TokenInvalidError('It has a "role" but no "room".');
  }
  if (typeof room !== 'string' || !ROOM_ID.test(room)) {
    throw new TokenInvalidError('Its "room" is not the id of a room.');
  }
  if (role === undefined) return { roomId: room, role: null };
  if (role === 'host') return { roomId: room, role: 'HOST' };
  if (role === 'member') return { roomId: room, role: 'MEMBER' };
  throw new TokenInvalidError('Its "role" must be "host" or "member".');
}

/** @throws TokenInvalidError */
export function checkLife({ exp }: JWTPayload, now: number, skewMs: number): void {
  if (Number(exp) * 1000 <= now + TOKEN_LIFE_MS + skewMs) return;
  throw new TokenInvalidError('It ends ("exp") more than 24 hours from now.');
}

/** A name that is too long is cut. A name that cannot be shown counts as none. */
function readName(payload: JWTPayload, claim: string): string | null {
  for (const each of [claim, 'preferred_username', 'nickname']) {
    const cut = [...(textAt(payload, each)?.slice(0, 1000) ?? '')].slice(0, NAME_LENGTH.max);
    const read = nameRule.safeParse(cut.join('').toWellFormed());
    if (read.success) return read.data;
  }
  return null;
}

function readPicture(text: string | null): string | null {
  if (text === null || text.length > URL_MAX_LENGTH || !URL.canParse(text)) return null;
  return new URL(text).protocol === 'https:' ? text : null;
}

/** Finds a claim by its whole name, which may be a URL; otherwise by the names of the objects that contain it. */
function textAt(payload: JWTPayload, claim: string): string | null {
  let found: unknown = ownValue(payload, claim);
  if (found === undefined) found = claim.split('.').reduce<unknown>(ownValue, payload);
  return typeof found === 'string' ? found.toWellFormed() : null;
}

function ownValue(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) return undefined;
  return Reflect.get(from, name);
}
