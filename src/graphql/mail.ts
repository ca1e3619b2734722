import type { Account } from '../domain/accounts/account.ts';
import { MailUnavailableError, TokenInvalidError } from '../domain/errors.ts';
import { AccountType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const VerifyEmailInput = builder.inputType('VerifyEmailInput', {
  description: 'The token of a mailed link.',
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
  description: 'Needs no values.',
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
  description: 'Whose password was forgotten.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The account’s email, in any case.' }),
  }),
});

const RequestPasswordResetSuccess = builder
  .objectRef<{ sent: boolean }>('RequestPasswordResetSuccess')
  .implement({
    description: 'If there is such an account, a link is on its way.',
    fields: (t) => ({
      sent: t.exposeBoolean('sent', {
        description: 'Always true, even if the email is not known.',
      }),
    }),
  });

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'The token of a mailed link, and the new password.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token of the link; it works once.' }),
    newPassword: t.string({
      required: true,
      description:
        'From 6 to 128 characters (the server may require more than 6); the most common passwords are refused.',
    }),
  }),
});

const ResetPasswordSuccess = builder
  .objectRef<{ account: Account }>('ResetPasswordSuccess')
  .implement({
    description:
      'The password is set, and every session of the account has ended. Sign in with the new password.',
    fields: (t) => ({
      account: t.expose('account', { type: AccountType, description: 'As it is now.' }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addMail(): void {
  builder.mutationFields((t) => ({
    verifyEmail: t.field({
      type: resultUnion(VerifyEmailSuccess, [TokenInvalidError]),
      description: 'Verifies an account’s email with a mailed token.',
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
      description: 'Mails a new link that verifies the caller’s email.',
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
      description: 'Mails a link to choose a new password. It works once, within 30 minutes.',
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
