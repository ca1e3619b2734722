import type { InterfaceRef, ObjectRef } from '@pothos/core';
import {
  AlreadyInRoomError,
  BadCredentialsError,
  DomainError,
  EmailTakenError,
  GuestsNotAllowedError,
  InvalidInputError,
  type InputIssue as Issue,
  type InputIssueCode as IssueCode,
  KnockDeniedError,
  KnockNotFoundError,
  MailUnavailableError,
  NotHostError,
  NotInRoomError,
  NotOwnerError,
  PeerNotInRoomError,
  RateLimitedError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
  RoomNotFoundError,
  SessionNotFoundError,
  TokenInvalidError,
} from '../domain/errors.ts';
import type { Eventual } from '../domain/eventual.ts';
import { builder } from './builder.ts';

type ErrorRef = ObjectRef<typeof builder.$inferSchemaTypes, Failure>;
type ErrorClass<E extends DomainError = DomainError> = new (...args: never[]) => E;

/**
 * An expected failure as an answer. It is not an instance of `Error`, because executors throw every `Error` that a
 * resolver returns.
 */
export type Failure<E extends DomainError = DomainError> = Omit<E, 'name' | 'stack' | 'cause'> & {
  /** Its name in the schema. */
  readonly typeName: string;
};

const ErrorInterface: InterfaceRef<typeof builder.$inferSchemaTypes, Failure> = builder
  .interfaceRef<Failure>('Error')
  .implement({
    description: 'An expected failure. Nothing was changed.',
    fields: (t) => ({
      message: t.exposeString('message', {
        description: 'What is wrong, in English, for people. Programs use the type.',
      }),
    }),
  });

const typeNames = new Map<ErrorClass, string>();
const typeRefs = new Map<ErrorClass, ErrorRef>();

/** Turns an error into an answer. Its class must be registered below. */
export function asFailure(error: DomainError): Failure {
  const typeName = typeNames.get(error.constructor as ErrorClass);
  if (typeName === undefined) {
    throw new Error(`${error.constructor.name} has no type in the schema.`, { cause: error });
  }
  return { ...error, message: error.message, typeName };
}

function register<E extends DomainError>(name: string, errorClass: ErrorClass<E>) {
  typeNames.set(errorClass, name);
  return builder.objectRef<Failure<E>>(name);
}

function plain(errorClass: ErrorClass, description: string) {
  const ref = register<DomainError>(errorClass.name, errorClass).implement({
    description,
    interfaces: [ErrorInterface],
  });
  typeRefs.set(errorClass, ref);
  return ref;
}

/** The schema types of error classes, in the same order. */
export function errorTypes(errorClasses: readonly ErrorClass[]): ErrorRef[] {
  return errorClasses.map((errorClass) => {
    const ref = typeRefs.get(errorClass);
    if (ref === undefined) throw new Error(`${errorClass.name} has no type in the schema.`);
    return ref;
  });
}

const InputIssueCode = builder.enumType('InputIssueCode', {
  description:
    'What kind of rule an input breaks. More may be added: treat an unknown one as `INVALID`.',
  values: {
    TOO_SHORT: { description: 'It has fewer characters than `limit`.' },
    TOO_LONG: { description: 'It has more characters than `limit`.' },
    TOO_SMALL: { description: 'It is less than `limit`.' },
    TOO_BIG: { description: 'It is more than `limit`.' },
    BAD_FORMAT: {
      description: 'It does not have the right format, for example of an email address.',
    },
    BAD_CHARACTERS: {
      description: 'It has characters that are not allowed, or none that is visible.',
    },
    TOO_COMMON: { description: 'The password is one of the most common ones.' },
    REPEATS_YOU: { description: 'The password is the name or the email of its account.' },
    INVALID: { description: 'Another rule, which `message` names.' },
  } satisfies Record<IssueCode, object>,
});

const InputIssue = builder.objectRef<Issue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'Where in the input, as fields joined by dots: `candidates.3.candidate`.',
    }),
    message: t.exposeString('message', { description: 'What is wrong there, in English.' }),
    code: t.field({
      type: InputIssueCode,
      description: 'Which kind of rule it is, so that a client can show its own text.',
      resolve: ({ code = 'INVALID' }) => code,
    }),
    limit: t.int({
      nullable: true,
      description: 'The limit that was exceeded, if the code has one.',
      resolve: ({ limit = null }) => limit,
    }),
  }),
});

export const InvalidInput = register('InvalidInputError', InvalidInputError).implement({
  description: 'The input breaks one or more rules; `issues` names all of them.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssue],
      description: 'Everything that is wrong.',
      resolve: (error) => [...error.issues],
    }),
  }),
});
typeRefs.set(InvalidInputError, InvalidInput);

export const RateLimited = register('RateLimitedError', RateLimitedError).implement({
  description: 'The caller did this too often. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfter: t.exposeInt('retryAfter', { description: 'Try again in this many seconds.' }),
  }),
});
typeRefs.set(RateLimitedError, RateLimited);

export const RoomFull = register('RoomFullError', RoomFullError).implement({
  description: 'The room is full.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    capacity: t.exposeInt('capacity', {
      description: 'How many participants may be in it at once.',
    }),
  }),
});
typeRefs.set(RoomFullError, RoomFull);

export const EmailTaken = plain(EmailTakenError, 'An account with this email exists already.');
export const BadCredentials = plain(BadCredentialsError, 'The email or the password is wrong.');
export const SessionNotFound = plain(
  SessionNotFoundError,
  'The account has no such session, or it has ended.',
);
export const TokenInvalid = plain(
  TokenInvalidError,
  'The token of the mailed link is unknown, was used already, or has expired; or the token of an outside issuer is not accepted. `message` says why.',
);
export const MailUnavailable = plain(
  MailUnavailableError,
  'This server is not configured to send mail.',
);
export const RoomNotFound = plain(RoomNotFoundError, 'There is no such room, or it has ended.');
export const GuestsNotAllowed = plain(GuestsNotAllowedError, 'The room does not allow guests.');
plain(
  AlreadyInRoomError,
  'The user is already in this room with another client. `takeOver: true` ends that stay.',
);
export const NotInRoom = plain(NotInRoomError, 'The caller is not in this room.');
export const PeerNotInRoom = plain(
  PeerNotInRoomError,
  'The addressee is not, or is no longer, another participant of this room. Nothing was sent.',
);
export const NotHost = plain(
  NotHostError,
  'Only the host, who moderates the room now, may do this.',
);
export const NotOwner = plain(NotOwnerError, 'Only the owner, who created the room, may do this.');
export const RoomLocked = plain(RoomLockedError, 'The room is locked: nobody else may join.');
plain(RemovedFromRoomError, 'The host has banned the user from this room.');
plain(KnockDeniedError, 'The host did not let the user in.');
export const KnockNotFound = plain(
  KnockNotFoundError,
  'The knock has ended: it was answered or withdrawn.',
);

/**
 * Declares the union that a mutation answers with: its success, the errors that every mutation may have, and its own.
 */
export function resultUnion<Success extends object>(
  success: ObjectRef<typeof builder.$inferSchemaTypes, Success>,
  errors: readonly ObjectRef<typeof builder.$inferSchemaTypes, Failure>[],
) {
  const name = success.name.replace(/Success$/, 'Result');
  return builder.unionType(name, {
    description: `The answer of \`${name.charAt(0).toLowerCase()}${name.slice(1, -'Result'.length)}\`.`,
    types: [success, InvalidInput, RateLimited, ...errors],
    resolveType: (value) => ('typeName' in value ? value.typeName : success.name),
  });
}

/**
 * Runs a mutation and turns an expected failure into its answer. Failures without a type in the schema go to the
 * response's `errors` with their code: nobody is signed in, a guest is not allowed to do this, or a part of the server
 * does not answer.
 */
export function attempt<T extends object>(run: () => Eventual<T>): Eventual<T | Failure> {
  return attemptThen(run, (done) => done);
}

/** As {@link attempt}, and makes the answer from the result. Each signal passes here, and this saves it a promise. */
export function attemptThen<T, R extends object>(
  run: () => Eventual<T>,
  answer: (done: T) => R,
): Eventual<R | Failure> {
  try {
    const result = run();
    return result instanceof Promise ? result.then(answer, asAnswer) : answer(result);
  } catch (error) {
    return asAnswer(error);
  }
}

function asAnswer(error: unknown): Failure {
  if (!(error instanceof DomainError)) throw error;
  if (!typeNames.has(error.constructor as ErrorClass)) throw error;
  return asFailure(error);
}
