import type { InputFieldBuilder } from '@pothos/core';
import type { Contact } from '../domain/people/contact-list.ts';
import {
  ContactNotFoundError,
  TooManyContactsError,
  UserNotFoundError,
} from '../domain/people/errors.ts';
import { builder } from './builder.ts';
import { ContactConnection, ContactType } from './contact.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

type InputFields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

const addressed = (t: InputFields) => ({
  email: t.string({ description: 'The address. Give either this or `userId`.' }),
  userId: t.id({ description: 'The id of the user. Give either this or `email`.' }),
});

const theUser = (t: InputFields) => ({
  userId: t.id({ required: true, description: 'The id of the user.' }),
});

const RequestContactInput = builder.inputType('RequestContactInput', {
  description: 'Who is asked.',
  fields: addressed,
});

const RequestContactSuccess = builder
  .objectRef<{ contact: Contact }>('RequestContactSuccess')
  .implement({
    description: 'The other is asked, or is a contact now, because both have asked.',
    fields: (t) => ({
      contact: t.expose('contact', {
        type: ContactType,
        description:
          'The contact as the caller sees it. By address, it is the same whether or not the address has an account.',
      }),
    }),
  });

const AnswerContactInput = builder.inputType('AnswerContactInput', {
  description: 'Whose request is answered, and how.',
  fields: (t) => ({
    ...theUser(t),
    accepted: t.boolean({ required: true, description: 'Whether the caller accepts.' }),
  }),
});

const AnswerContactSuccess = builder
  .objectRef<{ contact: Contact | null }>('AnswerContactSuccess')
  .implement({
    description: 'The request is answered.',
    fields: (t) => ({
      contact: t.expose('contact', {
        type: ContactType,
        nullable: true,
        description: 'The contact; null if the caller has declined.',
      }),
    }),
  });

const RemoveContactInput = builder.inputType('RemoveContactInput', {
  description: 'Which contact or request.',
  fields: addressed,
});

const RemoveContactSuccess = builder
  .objectRef<{ removed: boolean }>('RemoveContactSuccess')
  .implement({
    description: 'There is no such contact or request any more. A block stays.',
    fields: (t) => ({
      removed: t.exposeBoolean('removed', { description: 'Whether there was one.' }),
    }),
  });

const BlockUserInput = builder.inputType('BlockUserInput', {
  description: 'Who is blocked.',
  fields: theUser,
});

const BlockUserSuccess = builder.objectRef<{ contact: Contact }>('BlockUserSuccess').implement({
  description: 'The user is blocked: for them, the caller is not there any more.',
  fields: (t) => ({
    contact: t.expose('contact', { type: ContactType, description: 'The blocked user.' }),
  }),
});

const UnblockUserInput = builder.inputType('UnblockUserInput', {
  description: 'Whose block ends.',
  fields: theUser,
});

const UnblockUserSuccess = builder.objectRef<{ userId: string }>('UnblockUserSuccess').implement({
  description: 'The user is not blocked any more, and is a stranger.',
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id of the user.' }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addContacts(): void {
  builder.queryField('contacts', (t) =>
    t.field({
      type: ContactConnection,
      description: 'The caller’s contacts, requests and blocked users, newest first.',
      args: {
        first: t.arg.int({ defaultValue: 50, description: 'From 1 to 100.' }),
        after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
      },
      resolve: (_root, { first, after }, context) =>
        context.services.contacts.page(signedIn(context), first ?? 50, after ?? null),
    }),
  );

  builder.mutationFields((t) => ({
    requestContact: t.field({
      type: resultUnion(RequestContactSuccess, [UserNotFoundError, TooManyContactsError]),
      description:
        'Asks somebody to be a contact. The answer to an address tells nothing about it. The request is delivered if an account has this address, and has verified it where the server sends mail; asking again delivers it again. People from an outside issuer are asked by id.',
      args: {
        input: t.arg({ type: RequestContactInput, required: true, description: 'Who is asked.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          contact: await context.services.contacts.request(signedIn(context), input),
        })),
    }),
    answerContact: t.field({
      type: resultUnion(AnswerContactSuccess, [ContactNotFoundError, TooManyContactsError]),
      description:
        'Accepts or declines a request. Who has asked is not told that it was declined, and cannot ask again.',
      args: {
        input: t.arg({ type: AnswerContactInput, required: true, description: 'The answer.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          contact: await context.services.contacts.answer(signedIn(context), input),
        })),
    }),
    removeContact: t.field({
      type: resultUnion(RemoveContactSuccess, []),
      description:
        'Ends a contact for both, takes back the caller’s request, or declines the other’s.',
      args: {
        input: t.arg({ type: RemoveContactInput, required: true, description: 'Which one.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          removed: await context.services.contacts.remove(signedIn(context), input),
        })),
    }),
    blockUser: t.field({
      type: resultUnion(BlockUserSuccess, [TooManyContactsError]),
      description:
        'Blocks a user, who can neither call nor ask the caller any more, and gets the same answers as if the caller did not exist. It ends a contact. An id that nobody has can be blocked, too.',
      args: { input: t.arg({ type: BlockUserInput, required: true, description: 'Who.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          contact: await context.services.contacts.block(signedIn(context), input),
        })),
    }),
    unblockUser: t.field({
      type: resultUnion(UnblockUserSuccess, []),
      description: 'Ends a block. It does nothing if there is none.',
      args: { input: t.arg({ type: UnblockUserInput, required: true, description: 'Whose.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          userId: await context.services.contacts.unblock(signedIn(context), input),
        })),
    }),
  }));
}
