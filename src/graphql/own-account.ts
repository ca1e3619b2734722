import type { Account } from '../domain/accounts/account.ts';
import { BadCredentialsError } from '../domain/errors.ts';
import { AccountType, NAME_RULE, overHttp } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'What changes.',
  fields: (t) => ({
    name: t.string({ required: true, description: NAME_RULE }),
  }),
});

const UpdateProfileSuccess = builder
  .objectRef<{ account: Account }>('UpdateProfileSuccess')
  .implement({
    description: 'The profile is changed, also in the rooms that the caller is in.',
    fields: (t) => ({
      account: t.expose('account', { type: AccountType, description: 'As it is now.' }),
    }),
  });

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The old password and the new one.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'The present password.' }),
    newPassword: t.string({
      required: true,
      description:
        'From 6 to 128 characters (the server may require more than 6); the most common passwords are refused.',
    }),
  }),
});

const ChangePasswordSuccess = builder
  .objectRef<{ account: Account }>('ChangePasswordSuccess')
  .implement({
    description: 'The password is changed, and every other session of the account has ended.',
    fields: (t) => ({
      account: t.expose('account', { type: AccountType, description: 'As it is now.' }),
    }),
  });

const DeleteAccountInput = builder.inputType('DeleteAccountInput', {
  description: 'The proof that the owner asks for it.',
  fields: (t) => ({
    password: t.string({
      description:
        'The account’s password. Guests and people from an outside issuer have none, and give none.',
    }),
  }),
});

const DeleteAccountSuccess = builder
  .objectRef<{ accountId: string }>('DeleteAccountSuccess')
  .implement({
    description: 'The account is deleted, with its sessions and the rooms that it owned.',
    fields: (t) => ({
      accountId: t.exposeID('accountId', { description: 'The account that was deleted.' }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addOwnAccount(): void {
  builder.mutationFields((t) => ({
    updateProfile: t.field({
      type: resultUnion(UpdateProfileSuccess, []),
      description:
        'Changes the caller’s name. Rooms that the caller is in are told at once (`ParticipantUpdated`). People who join later see the new name on earlier messages, too.',
      args: {
        input: t.arg({ type: UpdateProfileInput, required: true, description: 'What changes.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          account: await context.services.ownAccount.updateProfile(signedIn(context), input),
        })),
    }),
    changePassword: t.field({
      type: resultUnion(ChangePasswordSuccess, [BadCredentialsError]),
      description:
        'Changes the password and ends every other session of the account. Over HTTP only.',
      args: {
        input: t.arg({ type: ChangePasswordInput, required: true, description: 'Old and new.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          overHttp(context);
          const { ownAccount } = context.services;
          const caller = signedIn(context);
          return { account: await ownAccount.changePassword(caller, input, context.address) };
        }),
    }),
    deleteAccount: t.field({
      type: resultUnion(DeleteAccountSuccess, [BadCredentialsError]),
      description:
        'Deletes the caller’s account for good, with its sessions and rooms; the server does not keep its name and email. Guests and people from an outside issuer need no password. Over a WebSocket there is no answer: the socket closes with 4401.',
      args: {
        input: t.arg({ type: DeleteAccountInput, required: true, description: 'The proof.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const { ownAccount } = context.services;
          const caller = signedIn(context);
          const accountId = await ownAccount.delete(caller, input, context.address);
          context.exchange?.clearSessionCookie();
          return { accountId };
        }),
    }),
  }));
}
