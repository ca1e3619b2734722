import { z } from 'zod';
import { cleanName, seenTextRule } from '../names/name.ts';
import { NOT_WELL_FORMED } from '../well-formed.ts';
import { isCommonPassword } from './common-passwords.ts';

/**
 * Bounds of what people type about themselves, in characters. A name is measured in code points, after it was cleaned.
 */
export const NAME_LENGTH = { min: 1, max: 50 } as const;
export const EMAIL_MAX_LENGTH = 254;
export const PASSWORD_MAX_LENGTH = 128;
/**
 * Unicode composition shortens a text to a quarter at most. So a text longer than this is no valid password. It is not
 * composed, which takes time with the square of the marks on a letter.
 */
export const TYPED_MAX_LENGTH = 4 * PASSWORD_MAX_LENGTH + 1;

export const nameRule = seenTextRule(cleanName, NAME_LENGTH.max);

export const emailRule = z
  .string()
  .transform((email) => email.trim().toLowerCase())
  .pipe(
    z
      .string()
      .max(EMAIL_MAX_LENGTH, `must have at most ${EMAIL_MAX_LENGTH} characters`)
      .pipe(z.email('must be an email address')),
  );

/**
 * The form in which a password is hashed, the same for every keyboard: every kind of space becomes a plain space, and
 * letters are composed (NFC). This is the OpaqueString profile (RFC 8265 §4.2), but control characters are allowed.
 */
export function preparedPassword(typed: string): string {
  return typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** The rule for a new password. Existing passwords are not checked by it, so that a stricter rule locks nobody out. */
export function newPasswordRule(minLength: number) {
  return z
    .string()
    .refine((password) => password.length <= TYPED_MAX_LENGTH, {
      message: `must have at most ${PASSWORD_MAX_LENGTH} characters`,
      abort: true,
      params: { code: 'TOO_LONG', limit: PASSWORD_MAX_LENGTH },
    })
    .refine((password) => password.isWellFormed(), { message: NOT_WELL_FORMED, abort: true })
    .transform(preparedPassword)
    .pipe(
      z
        .string()
        .min(minLength, `must have at least ${minLength} characters`)
        .max(PASSWORD_MAX_LENGTH, `must have at most ${PASSWORD_MAX_LENGTH} characters`)
        .refine((password) => !isCommonPassword(password), {
          message: 'is one of the most common passwords',
          params: { code: 'TOO_COMMON' },
        }),
    );
}

export function registrationRules(passwordMinLength: number) {
  return z
    .object({ name: nameRule, email: emailRule, password: newPasswordRule(passwordMinLength) })
    .refine(({ name, email, password }) => !repeats(password, { name, email }), {
      path: ['password'],
      message: REPEATS,
      params: { code: 'REPEATS_YOU' },
    });
}

const REPEATS = 'must not be your name or your email';

/** Whether a password is the name or the email of its owner. */
function repeats(password: string, { name, email }: { name: string; email: string }): boolean {
  const given = password.trim().toLowerCase();
  return given === email || given === email.split('@', 1)[0] || given === name.toLowerCase();
}

/** The rules for a new password of somebody who has an account. */
export function passwordChangeRules(
  passwordMinLength: number,
  owner: { name: string; email: string },
) {
  return z.object({
    newPassword: newPasswordRule(passwordMinLength).refine(
      (password) => !repeats(password, owner),
      { message: REPEATS, params: { code: 'REPEATS_YOU' } },
    ),
  });
}

export const profileRules = z.object({ name: nameRule });

export const resetRequestRules = z.object({ email: emailRule });

/** The rules for choosing a new password with a mailed token. */
export function passwordResetRules(passwordMinLength: number) {
  return z.object({
    token: z.string().max(256, 'is no token'),
    newPassword: newPasswordRule(passwordMinLength),
  });
}

/** The rules for a person: an issuer, and the issuer's own name for them, the subject (OpenID Connect Core 1.0 §2). */
export const personRules = z.object({
  issuer: z.string().min(1, 'must be given').max(512, 'must have at most 512 characters'),
  subject: z
    .string()
    .min(1, 'must be given')
    .max(255, 'must have at most 255 characters')
    .refine((subject) => subject.isWellFormed(), NOT_WELL_FORMED),
});

/** The rules for what the operator of the server says about a person. */
export const describedRules = personRules.extend({
  name: nameRule,
  email: emailRule.nullable(),
  picture: z
    .url({ protocol: /^https$/, error: 'must be a URL with https://' })
    .max(2048)
    .nullable(),
});
