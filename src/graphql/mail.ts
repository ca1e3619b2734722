import type { Account } from '../domain/accounts/account.ts';
import { MailUnavailableError, TokenInvalidError } from '../domain/errors.ts';
import { AccountType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const VerifyEmailInput = builder.inputType('VerifyEmailInput', {
  description: 'What a mailed link has brought.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token of the link; it works once.' }),
  }),
});

const VerifyEmailSuccess = builder
  .objectRef<{ verified: boolean }>('VerifyEmailSuccess')
  .implement({
    description:
      'The email is verified. The answer does not say whose email it is, and nobody is signed in.',
    fields: (t) => ({ verified: t.exposeBoolean('verified', { description: 'Always true.' }) }),
  });

const RequestEmailVerificationInput = builder.inputType('RequestEmailVerificationInput', {
  description: 'Nothing needs to be said.',
  fields: (t) => ({
    clientMutationId: t.string({
      description: 'Ignored: GraphQL requires a field in every input type.',
    }),
  }),
});

const RequestEmailVerificationSuccess = builder
  .objectRef<{ sent: boolean }>('RequestEmailVerificationSuccess')
  .implement({
    description: 'A link is on its way, unless the email is verified already.',
    fields: (t) => ({ sent: t.exposeBoolean('sent', { description: 'Always true.' }) }),
  });

const RequestPasswordResetInput = builder.inputType('RequestPasswordResetInput', {
  description: 'Whose password is forgotten.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The account’s email, in any case.' }),
  }),
});

const RequestPasswordResetSuccess = builder
  .objectRef<{ sent: boolean }>('RequestPasswordResetSuccess')
  .implement({
    description: 'If there is such an account, a link is on its way.',
    fields: (t) => ({
      sent: t.exposeBoolean('sent', { description: 'True, whether the email is known or not.' }),
    }),
  });

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'What a mailed link has brought, and the new password.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token of the link; it works once.' }),
    newPassword: t.string({
      required: true,
      description:
        'At most 128 characters; at least 6, unless the server asks for more; none of the most common ones.',
    }),
  }),
});

const ResetPasswordSuccess = builder
  .objectRef<{ account: Account }>('ResetPasswordSuccess')
  .implement({
    description:
      'The password is set, and every session of the account has ended: sign in with it.',
    fields: (t) => ({
      account: t.expose('account', { type: AccountType, description: 'As it is now.' }),
    }),
  });

/** Adds to the schema what this file has on mail. */
export function addMail(): void {
  builder.mutationFields((t) => ({
    verifyEmail: t.field({
      type: resultUnion(VerifyEmailSuccess, [TokenInvalidError]),
      description: 'Says with a mailed token that the account’s email is read by its owner.',
      args: {
        input: t.arg({ type: VerifyEmailInput, required: true, description: 'The token.' }),
      },
      resolve: (_root, { input: { token } }, { services, address }) =>
        attempt(async () => {
          await services.emailVerification.verify(token, address);
          return { verified: true };
        }),
    }),
    requestEmailVerification: t.field({
      type: resultUnion(RequestEmailVerificationSuccess, [MailUnavailableError]),
      description: 'Mails another link that verifies the caller’s email.',
      args: { input: t.arg({ type: RequestEmailVerificationInput, description: 'Nothing.' }) },
      resolve: (_root, _args, context) =>
        attempt(async () => {
          const { emailVerification } = context.services;
          await emailVerification.request(signedIn(context), context.address);
          return { sent: true };
        }),
    }),
    requestPasswordReset: t.field({
      type: resultUnion(RequestPasswordResetSuccess, [MailUnavailableError]),
      description: 'Mails a link to choose a new password, which works once and for 30 minutes.',
      args: {
        input: t.arg({ type: RequestPasswordResetInput, required: true, description: 'Whose.' }),
      },
      resolve: (_root, { input }, { services, address }) =>
        attempt(async () => {
          await services.passwordReset.request(input, address);
          return { sent: true };
        }),
    }),
    resetPassword: t.field({
      type: resultUnion(ResetPasswordSuccess, [TokenInvalidError]),
      description:
        'Sets a new password with a mailed token, and ends every session of the account.',
      args: {
        input: t.arg({
          type: ResetPasswordInput,
          required: true,
          description: 'Token and password.',
        }),
      },
      resolve: (_root, { input }, { services, address }) =>
        attempt(async () => ({ account: await services.passwordReset.reset(input, address) })),
    }),
  }));
}
