import type { User } from '../domain/accounts/account.ts';
import { UserType } from './accounts.ts';
import { AdminMutation } from './admin.ts';
import { builder } from './builder.ts';
import { attempt, resultUnion } from './errors.ts';

const ISSUER = 'One of `TRUSTED_ISSUERS`, an id of `API_KEYS`, or `host`.';
const SUBJECT = 'Who it is to that issuer: `sub` in its tokens.';

const AdminUpsertUserInput = builder.inputType('AdminUpsertUserInput', {
  description: 'Somebody whom an issuer outside vouches for.',
  fields: (t) => ({
    issuer: t.string({ required: true, description: ISSUER }),
    subject: t.string({ required: true, description: SUBJECT }),
    name: t.string({ required: true, description: 'The name that others see.' }),
    email: t.string({ description: 'Shown to its owner alone; no account is found by it.' }),
    picture: t.string({ description: 'The URL of a picture, https://.' }),
  }),
});

const AdminUpsertUserSuccess = builder
  .objectRef<{ user: User }>('AdminUpsertUserSuccess')
  .implement({
    description: 'The account is there, and says what was given.',
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
    description: 'Sockets and stays have ended, and earlier tokens are worth nothing any more.',
    fields: (t) => ({
      ended: t.exposeInt('ended', { description: 'How many sessions ended.' }),
    }),
  });

const AdminDeleteUserInput = personInput('AdminDeleteUserInput', 'Whose account is deleted.');

const AdminDeleteUserSuccess = builder
  .objectRef<{ userId: string | null }>('AdminDeleteUserSuccess')
  .implement({
    description: 'Nothing of that account is left, and earlier tokens are worth nothing any more.',
    fields: (t) => ({
      userId: t.id({
        nullable: true,
        description: 'The account that was deleted; null where there was none.',
        resolve: ({ userId }) => userId,
      }),
    }),
  });

/** Adds to the schema what whoever runs the server can do to people from outside. */
export function addAdminPeople(): void {
  builder.objectFields(AdminMutation, (t) => ({
    upsertUser: t.field({
      type: resultUnion(AdminUpsertUserSuccess, []),
      description: 'Makes the account of somebody before they come, or changes what it says.',
      args: {
        input: t.arg({ type: AdminUpsertUserInput, required: true, description: 'Who it is.' }),
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
        'Ends all sessions of somebody at once, on every node: stays end with SIGNED_OUT, sockets close with 4401. Tokens that were issued before are worth nothing any more.',
      args: {
        input: t.arg({ type: AdminEndSessionsInput, required: true, description: 'Whose.' }),
      },
      resolve: (_admin, { input }, { services }) =>
        attempt(async () => ({ ended: await services.people.endSessions(input) })),
    }),
    deleteUser: t.field({
      type: resultUnion(AdminDeleteUserSuccess, []),
      description:
        'Deletes the account of somebody with its sessions and rooms. Tokens that were issued before are worth nothing any more; a later one makes another account.',
      args: {
        input: t.arg({ type: AdminDeleteUserInput, required: true, description: 'Whose.' }),
      },
      resolve: (_admin, { input }, { services }) =>
        attempt(async () => ({ userId: await services.people.delete(input) })),
    }),
  }));
}
