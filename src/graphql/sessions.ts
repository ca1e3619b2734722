import type { Session } from '../domain/accounts/account.ts';
import type { IssuedToken } from '../domain/accounts/one-time-tokens.ts';
import { SessionNotFoundError } from '../domain/errors.ts';
import { SessionType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

/** GraphQL has no input types without fields. */
function emptyInput(name: string) {
  return builder.inputType(name, {
    description: 'Needs no values.',
    fields: (t) => ({
      clientMutationId: t.string({
        description: 'Ignored: GraphQL requires a field in every input type.',
      }),
    }),
  });
}

const RevokeSessionInput = builder.inputType('RevokeSessionInput', {
  description: 'Which session ends.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The session’s id.' }) }),
});

const RevokeSessionSuccess = builder
  .objectRef<{ session: Session }>('RevokeSessionSuccess')
  .implement({
    description: 'The session has ended: its token is invalid and its sockets are closed.',
    fields: (t) => ({
      session: t.expose('session', { type: SessionType, description: 'The session that ended.' }),
    }),
  });

const RevokeOtherSessionsInput = emptyInput('RevokeOtherSessionsInput');

const RevokeOtherSessionsSuccess = builder
  .objectRef<{ revoked: number }>('RevokeOtherSessionsSuccess')
  .implement({
    description: 'Only the session of this call is left.',
    fields: (t) => ({
      revoked: t.exposeInt('revoked', { description: 'How many sessions ended.' }),
    }),
  });

const IssueConnectionTokenInput = emptyInput('IssueConnectionTokenInput');

const IssueConnectionTokenSuccess = builder
  .objectRef<IssuedToken>('IssueConnectionTokenSuccess')
  .implement({
    description: 'A token for one WebSocket.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'For `connectionParams: { token }` of one connection. It is not accepted anywhere else.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When it expires: a minute from now.',
      }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addSessions(): void {
  builder.mutationFields((t) => ({
    revokeSession: t.field({
      type: resultUnion(RevokeSessionSuccess, [SessionNotFoundError]),
      description:
        'Ends one session of the caller’s account at once: its stays end with SIGNED_OUT, its sockets close with 4401.',
      args: {
        input: t.arg({ type: RevokeSessionInput, required: true, description: 'Which session.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const caller = signedIn(context);
          const session = await context.services.sessions.revoke(caller, input.id);
          if (session.id === caller.sessionId) context.exchange?.clearSessionCookie();
          return { session };
        }),
    }),
    revokeOtherSessions: t.field({
      type: resultUnion(RevokeOtherSessionsSuccess, []),
      description:
        'Ends every other session of the caller’s account at once, but not the one of this call.',
      args: { input: t.arg({ type: RevokeOtherSessionsInput, description: 'Nothing.' }) },
      resolve: (_root, _args, context) =>
        attempt(async () => {
          const caller = signedIn(context);
          return { revoked: await context.services.sessions.revokeOthers(caller) };
        }),
    }),
    issueConnectionToken: t.field({
      type: resultUnion(IssueConnectionTokenSuccess, []),
      description:
        'Makes a token that signs in one WebSocket as the caller, once and within 60 seconds. It is for pages whose cookie is not sent with the WebSocket.',
      args: { input: t.arg({ type: IssueConnectionTokenInput, description: 'Nothing.' }) },
      resolve: (_root, _args, context) =>
        attempt(() => context.services.sessions.issueConnectionToken(signedIn(context))),
    }),
  }));
}
