import type { PasswordHasher } from './ports.ts';
import { PASSWORD_MAX_LENGTH, preparedPassword } from './rules.ts';

/** Composing shortens a text to a fourth at most: what is longer than this is no password, and not worth the work. */
const TYPED_MAX_LENGTH = 4 * PASSWORD_MAX_LENGTH + 1;

export interface PasswordProof {
  readonly matches: boolean;
  /** The password as a new hash is to be made of it. */
  readonly prepared: string;
  /** Whether the hash was made of the password as it was typed, before passwords were prepared. */
  readonly outdated: boolean;
}

/**
 * Holds a typed password against a hash: as it is prepared now, and where that differs as it was typed, which is what
 * older hashes are made of. Without a hash it takes as long as with one that does not match.
 */
export async function provePassword(
  passwords: PasswordHasher,
  hash: string | null,
  typed: string,
): Promise<PasswordProof> {
  const given = typed.slice(0, TYPED_MAX_LENGTH);
  const prepared = bounded(preparedPassword(given));
  if (await passwords.verify(hash, prepared)) return { matches: true, prepared, outdated: false };
  const raw = bounded(given);
  const outdated = raw !== prepared && (await passwords.verify(hash, raw));
  return { matches: outdated, prepared, outdated };
}

/** What no account can have is refused like any wrong password, and never reaches the hash whole. */
function bounded(password: string): string {
  return password.slice(0, PASSWORD_MAX_LENGTH + 1);
}
