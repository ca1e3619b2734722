import type { Session } from '../domain/accounts/account.ts';
import { TokenInvalidError } from '../domain/errors.ts';
import { admissionType, admit, Delivery, overHttp } from './accounts.ts';
import { builder } from './builder.ts';
import { type Context, signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const ExchangeTokenInput = builder.inputType('ExchangeTokenInput', {
  description: 'A token of an issuer that this server trusts, or of an API key.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token, as the issuer has signed it.' }),
    delivery: t.field({
      type: Delivery,
      required: true,
      defaultValue: 'COOKIE',
      description: 'How the token of the session reaches the client.',
    }),
  }),
});

const ReauthenticateInput = builder.inputType('ReauthenticateInput', {
  description: 'Another token of the same person.',
  fields: (t) => ({
    token: t.string({
      required: true,
      description:
        'A token of a trusted issuer or an API key. If the session is limited to a room and role, the token must be for the same.',
    }),
  }),
});

const ReauthenticateSuccess = builder
  .objectRef<Pick<Session, 'expiresAt'>>('ReauthenticateSuccess')
  .implement({
    description: 'The session is extended, and every stay continues.',
    fields: (t) => ({
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the session expires now.',
      }),
    }),
  });

/** Extends the caller's session, and renews its cookie if the caller is signed in by one. */
async function reauthenticate(context: Context, token: string): Promise<Session> {
  const { services, exchange } = context;
  try {
    const session = await services.outside.reauthenticate(signedIn(context), token);
    if (exchange?.byCookie === true) {
      exchange.setSessionCookie(await services.sessions.sign(session), session.expiresAt);
    }
    return session;
  } catch (error) {
    const isOther = error instanceof TokenInvalidError && error.reason === 'OTHER_PERSON';
    if (isOther) context.signOut?.('Somebody else is signed in now');
    throw error;
  }
}

/** Adds the fields of this file to the schema. */
export function addOutside(): void {
  builder.mutationFields((t) => ({
    exchangeToken: t.field({
      type: resultUnion(
        admissionType('ExchangeTokenSuccess', 'Signed in as the person of the token.'),
        [TokenInvalidError],
      ),
      description:
        'Opens a session with a token of a trusted issuer or of an API key. The same token always stands for the same session. Such a token is also accepted directly, as `Authorization: Bearer` and as `connectionParams: { token }`. Over HTTP only.',
      args: {
        input: t.arg({ type: ExchangeTokenInput, required: true, description: 'The token.' }),
      },
      resolve: (_root, { input: { token, delivery } }, context) =>
        attempt(async () => {
          const exchange = overHttp(context);
          return admit(await context.services.outside.exchange(token, context), delivery, exchange);
        }),
    }),
    reauthenticate: t.field({
      type: resultUnion(ReauthenticateSuccess, [TokenInvalidError]),
      description:
        'Extends the session of this call (over a WebSocket: of the socket) with another token of the same person; nothing else changes. A token of another person closes the socket with 4401.',
      args: {
        input: t.arg({ type: ReauthenticateInput, required: true, description: 'The token.' }),
      },
      resolve: (_root, { input: { token } }, context) =>
        attempt(() => reauthenticate(context, token)),
    }),
  }));
}
