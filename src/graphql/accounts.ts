import { LRUCache } from 'lru-cache';
import type { Account, Session, User } from '../domain/accounts/account.ts';
import type { SignedIn } from '../domain/accounts/accounts.ts';
import { BadCredentialsError, EmailTakenError, InvalidInputError } from '../domain/errors.ts';
import { lookAlikeKey } from '../domain/names/look-alike.ts';
import { builder } from './builder.ts';
import { type Context, type HttpExchange, signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

/** The rule for names, as descriptions say it. */
export const NAME_RULE =
  '1 to 50 characters (code points, NFKC), at least one of them visible; others see it. Invisible characters are removed.';

export const Delivery = builder.enumType('Delivery', {
  description: 'How the token of a new session reaches the client.',
  values: {
    COOKIE: { description: 'In an httpOnly cookie, for browsers; `token` is null.' },
    BEARER: {
      description:
        'In `token`, for native clients; sent back as `Authorization: Bearer`. No cookie.',
    },
  } as const,
});

/** A cache: the same names come again and again. */
const nameKeys = new LRUCache<string, string>({ max: 10_000, memoMethod: lookAlikeKey });
const nameKeyOf = ({ name }: User) => nameKeys.memo(name);

export const UserType = builder.objectRef<User>('User').implement({
  description: 'What others may see of an account.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same as the account’s.' }),
    name: t.exposeString('name', { description: 'The name that others see.' }),
    isGuest: t.exposeBoolean('isGuest', {
      description: 'Whether it is a guest: somebody whom one room let in with only a name.',
    }),
    nameKey: t.id({
      description:
        'Equal for names that look alike, whatever their case (UTS #39, RFC 8266). Do not show it. If two people in one place have the same key, mark the one who came later.',
      resolve: nameKeyOf,
      extensions: { derive: nameKeyOf },
    }),
  }),
});

export const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'One sign-in of the account.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identifies the session.' }),
    current: t.boolean({
      description: 'Whether this call was made through it.',
      resolve: (session, _args, context) => session.id === context.caller?.sessionId,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was opened.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When it was last used, to the minute.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it expires.' }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'The `User-Agent` that opened it, if it sent one.',
    }),
  }),
});

export const AccountType = builder.objectRef<Account>('Account').implement({
  description: 'The caller’s own account. Others see a `User`.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identifies the account.' }),
    name: t.exposeString('name', { description: 'The name that others see.' }),
    email: t.string({
      description:
        'In lower case; never shown to others. For a person from an outside issuer: the email that the issuer gives.',
      resolve: ({ email, identity }) => identity?.email ?? email,
    }),
    picture: t.string({
      nullable: true,
      description: 'The URL of a picture, if an outside issuer gives one.',
      resolve: ({ identity }) => identity?.picture ?? null,
    }),
    emailVerified: t.exposeBoolean('emailVerified', {
      description:
        'Whether the owner has opened a link that was mailed to this email, or the issuer says so.',
    }),
    isGuest: t.boolean({
      description:
        'Whether it belongs to a guest of one room. It has no password and no email, and is deleted with that room.',
      resolve: ({ guestOf }) => guestOf !== null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    sessions: t.field({
      type: [SessionType],
      description: 'The live sessions of this account, newest first.',
      resolve: ({ id }, _args, { services }) => services.sessions.list(id),
    }),
  }),
});

interface Admission {
  readonly account: Account;
  readonly expiresAt: Date;
  readonly token: string | null;
}

/** The success of an operation that signs in. */
export function admissionType(name: string, description: string) {
  return builder.objectRef<Admission>(name).implement({
    description,
    fields: (t) => ({
      account: t.expose('account', { type: AccountType, description: 'Who is signed in now.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the session expires.',
      }),
      token: t.exposeString('token', {
        nullable: true,
        description: 'The token with `delivery: BEARER`; null if it is in a cookie.',
      }),
    }),
  });
}

const RegisterInput = builder.inputType('RegisterInput', {
  description: 'A new account.',
  fields: (t) => ({
    name: t.string({ required: true, description: NAME_RULE }),
    email: t.string({
      required: true,
      description: 'At most 254 characters; unique, whatever the case of its letters.',
    }),
    password: t.string({
      required: true,
      description:
        'From 6 to 128 characters (the server may require more than 6); the most common passwords are refused.',
    }),
    delivery: t.field({
      type: Delivery,
      required: true,
      defaultValue: 'COOKIE',
      description: 'How the token reaches the client.',
    }),
  }),
});

const LoginInput = builder.inputType('LoginInput', {
  description: 'Who signs in.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The account’s email, in any case.' }),
    password: t.string({ required: true, description: 'The account’s password.' }),
    delivery: t.field({
      type: Delivery,
      required: true,
      defaultValue: 'COOKIE',
      description: 'How the token reaches the client.',
    }),
  }),
});

const LogoutSuccess = builder.objectRef<{ sessionId: string }>('LogoutSuccess').implement({
  description: 'The session has ended: its token is invalid and its sockets are closed.',
  fields: (t) => ({
    sessionId: t.exposeID('sessionId', { description: 'The session that ended.' }),
  }),
});

/** The exchange of a call that sets a cookie. @throws InvalidInputError over a WebSocket */
export function overHttp(context: Context): HttpExchange {
  if (context.exchange !== null) return context.exchange;
  throw new InvalidInputError([
    {
      path: '',
      message: 'Cookies cannot be set over a WebSocket: send this operation by HTTP POST.',
    },
  ]);
}

/** Delivers the token in the way that the caller asked for. */
export function admit(
  { account, session, token }: SignedIn,
  delivery: 'COOKIE' | 'BEARER',
  exchange: HttpExchange,
): Admission {
  const { expiresAt } = session;
  if (delivery === 'BEARER') return { account, expiresAt, token };
  exchange.setSessionCookie(token, expiresAt);
  return { account, expiresAt, token: null };
}

/** Adds the fields of this file to the schema. */
export function addAccounts(): void {
  builder.queryField('me', (t) =>
    t.field({
      type: AccountType,
      nullable: true,
      description: 'The account that is signed in; null if nobody is.',
      resolve: (_root, _args, { caller, services }) =>
        caller === null ? null : services.accounts.find(caller.accountId),
    }),
  );

  builder.mutationField('register', (t) =>
    t.field({
      type: resultUnion(admissionType('RegisterSuccess', 'The account is made, and signed in.'), [
        EmailTakenError,
      ]),
      description: 'Makes an account and signs it in. Over HTTP only.',
      args: { input: t.arg({ type: RegisterInput, required: true, description: 'The account.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const exchange = overHttp(context);
          const signed = await context.services.accounts.register(input, context);
          return admit(signed, input.delivery, exchange);
        }),
    }),
  );

  builder.mutationField('login', (t) =>
    t.field({
      type: resultUnion(admissionType('LoginSuccess', 'Signed in.'), [BadCredentialsError]),
      description: 'Opens a session. Over HTTP only.',
      args: { input: t.arg({ type: LoginInput, required: true, description: 'Who signs in.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const exchange = overHttp(context);
          const signed = await context.services.accounts.login(input, context);
          return admit(signed, input.delivery, exchange);
        }),
    }),
  );

  builder.mutationField('logout', (t) =>
    t.field({
      type: resultUnion(LogoutSuccess, []),
      description:
        'Ends the caller’s session at once: its stays end with SIGNED_OUT, its sockets close with 4401. Over HTTP only.',
      resolve: (_root, _args, context) =>
        attempt(async () => {
          const exchange = overHttp(context);
          const caller = signedIn(context);
          exchange.clearSessionCookie();
          return { sessionId: await context.services.accounts.logout(caller) };
        }),
    }),
  );
}
