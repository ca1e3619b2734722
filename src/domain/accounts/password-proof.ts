import type { PasswordHasher } from './ports.ts';
import { PASSWORD_MAX_LENGTH, preparedPassword, TYPED_MAX_LENGTH } from './rules.ts';

export interface PasswordProof {
  readonly matches: boolean;
  /** The form that was compared last: the one that matches, if any does. */
  readonly compared: string;
  /** The password in the form from which a new hash is made. */
  readonly prepared: string;
  /** Whether the hash was made from the password as typed, by a version that did not prepare passwords. */
  readonly outdated: boolean;
}

/**
 * Verifies a typed password against a hash: first as passwords are prepared now, then, if that differs, as it was
 * typed, because older hashes were made from that. Without a hash it takes as long as with one that does not match.
 */
export async function provePassword(
  passwords: PasswordHasher,
  hash: string | null,
  typed: string,
): Promise<PasswordProof> {
  const given = typed.slice(0, TYPED_MAX_LENGTH);
  const prepared = bounded(preparedPassword(given));
  if (await passwords.verify(hash, prepared)) {
    return { matches: true, compared: prepared, prepared, outdated: false };
  }
  const raw = bounded(given);
  const outdated = raw !== prepared && (await passwords.verifyFurther(hash, raw));
  return { matches: outdated, compared: raw, prepared, outdated };
}

/**
 * Cuts a password that is too long for any account: it is refused like a wrong password, and the hash is not given all
 * of it.
 */
function bounded(password: string): string {
  return password.slice(0, PASSWORD_MAX_LENGTH + 1);
}
