import type { User } from '../domain/accounts/account.ts';
import { UserType } from './accounts.ts';
import { AdminMutation } from './admin.ts';
import { builder } from './builder.ts';
import { attempt, resultUnion } from './errors.ts';

const ISSUER = 'One of `TRUSTED_ISSUERS`, an id of `API_KEYS`, or `host`.';
const SUBJECT = 'The person’s id at that issuer: `sub` in its tokens.';

const AdminUpsertUserInput = builder.inputType('AdminUpsertUserInput', {
  description: 'A person whom an outside issuer vouches for.',
  fields: (t) => ({
    issuer: t.string({ required: true, description: ISSUER }),
    subject: t.string({ required: true, description: SUBJECT }),
    name: t.string({ required: true, description: 'The name that others see.' }),
    email: t.string({ description: 'Shown only to its owner; no account is found by it.' }),
    picture: t.string({ description: 'The URL of a picture, https://.' }),
  }),
});

const AdminUpsertUserSuccess = builder
  .objectRef<{ user: User }>('AdminUpsertUserSuccess')
  .implement({
    description: 'The account exists, with the given details.',
    fields: (t) => ({
      user: t.expose('user', { type: UserType, description: 'As others see it.' }),
    }),
  });

function personInput(name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      issuer: t.string({ required: true, description: ISSUER }),
      subject: t.string({ required: true, description: SUBJECT }),
    }),
  });
}

const AdminEndSessionsInput = personInput('AdminEndSessionsInput', 'Whose sessions end.');

const AdminEndSessionsSuccess = builder
  .objectRef<{ ended: number }>('AdminEndSessionsSuccess')
  .implement({
    description: 'Sockets and stays have ended, and earlier tokens are no longer accepted.',
    fields: (t) => ({
      ended: t.exposeInt('ended', { description: 'How many sessions ended.' }),
    }),
  });

const AdminDeleteUserInput = personInput('AdminDeleteUserInput', 'Whose account is deleted.');

const AdminDeleteUserSuccess = builder
  .objectRef<{ userId: string | null }>('AdminDeleteUserSuccess')
  .implement({
    description: 'The account is deleted, and earlier tokens are no longer accepted.',
    fields: (t) => ({
      userId: t.id({
        nullable: true,
        description: 'The account that was deleted; null if there was none.',
        resolve: ({ userId }) => userId,
      }),
    }),
  });

/** Adds to the schema what the operator of the server can do to people from outside issuers. */
export function addAdminPeople(): void {
  builder.objectFields(AdminMutation, (t) => ({
    upsertUser: t.field({
      type: resultUnion(AdminUpsertUserSuccess, []),
      description: 'Makes the account of a person before they come, or changes its details.',
      args: {
        input: t.arg({ type: AdminUpsertUserInput, required: true, description: 'The person.' }),
      },
      resolve: (_admin, { input }, { services }) =>
        attempt(async () => {
          const { email = null, picture = null, ...rest } = input;
          const { id, name } = await services.people.upsert({ ...rest, email, picture });
          return { user: { id, name, isGuest: false } };
        }),
    }),
    endSessions: t.field({
      type: resultUnion(AdminEndSessionsSuccess, []),
      description:
        'Ends all sessions of a person at once, on every node: stays end with SIGNED_OUT, sockets close with 4401. Tokens that were issued before are no longer accepted.',
      args: {
        input: t.arg({ type: AdminEndSessionsInput, required: true, description: 'Whose.' }),
      },
      resolve: (_admin, { input }, { services }) =>
        attempt(async () => ({ ended: await services.people.endSessions(input) })),
    }),
    deleteUser: t.field({
      type: resultUnion(AdminDeleteUserSuccess, []),
      description:
        'Deletes the account of a person with its sessions and rooms. Tokens that were issued before are no longer accepted; a later one makes a new account.',
      args: {
        input: t.arg({ type: AdminDeleteUserInput, required: true, description: 'Whose.' }),
      },
      resolve: (_admin, { input }, { services }) =>
        attempt(async () => ({ userId: await services.people.delete(input) })),
    }),
  }));
}
