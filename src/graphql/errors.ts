import type { InterfaceRef, ObjectRef } from '@pothos/core';
import {
  DomainError,
  InvalidInputError,
  type InputIssue as Issue,
  type InputIssueCode as IssueCode,
  RateLimitedError,
  RoomFullError,
} from '../domain/errors.ts';
import type { Eventual } from '../domain/eventual.ts';
import { builder } from './builder.ts';

type ErrorRef = ObjectRef<typeof builder.$inferSchemaTypes, Failure>;
type ErrorClass = (new (
  ...args: never[]
) => DomainError) & {
  /** The description of its type in the schema. */
  readonly meaning: string;
};

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

const InvalidInput = builder.objectRef<Failure<InvalidInputError>>('InvalidInputError').implement({
  description: InvalidInputError.meaning,
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssue],
      description: 'Everything that is wrong.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

const RateLimited = builder.objectRef<Failure<RateLimitedError>>('RateLimitedError').implement({
  description: RateLimitedError.meaning,
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfter: t.exposeInt('retryAfter', { description: 'Try again in this many seconds.' }),
  }),
});

const RoomFull = builder.objectRef<Failure<RoomFullError>>('RoomFullError').implement({
  description: RoomFullError.meaning,
  interfaces: [ErrorInterface],
  fields: (t) => ({
    capacity: t.exposeInt('capacity', {
      description: 'How many participants may be in it at once.',
    }),
  }),
});

/** The schema types of error classes. A type that has only a message is added when a union first names its class. */
const errorRefs = new Map<unknown, ErrorRef>([
  [InvalidInputError, InvalidInput],
  [RateLimitedError, RateLimited],
  [RoomFullError, RoomFull],
]);

/** The schema types of error classes, in the same order. */
export function errorTypes(errorClasses: readonly ErrorClass[]): ErrorRef[] {
  return errorClasses.map((errorClass) => {
    const { name, meaning } = errorClass;
    const ref =
      errorRefs.get(errorClass) ??
      builder.objectRef<Failure>(name).implement({
        description: meaning,
        interfaces: [ErrorInterface],
      });
    errorRefs.set(errorClass, ref);
    return ref;
  });
}

/** Turns an error into an answer. Its class must be declared by a mutation or by the join. */
export function asFailure(error: DomainError): Failure {
  const typeName = errorRefs.get(error.constructor)?.name;
  if (typeName === undefined) {
    throw new Error(`${error.constructor.name} has no type in the schema.`, { cause: error });
  }
  return { ...error, message: error.message, typeName };
}

/**
 * Declares the union that a mutation answers with: its success, the errors that every mutation may have, and its own.
 */
export function resultUnion<Success extends object>(
  success: ObjectRef<typeof builder.$inferSchemaTypes, Success>,
  errors: readonly ErrorClass[],
) {
  const name = success.name.replace(/Success$/, 'Result');
  return builder.unionType(name, {
    description: `The answer of \`${name.charAt(0).toLowerCase()}${name.slice(1, -'Result'.length)}\`.`,
    types: [success, ...errorTypes([InvalidInputError, RateLimitedError, ...errors])],
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
  if (!errorRefs.has(error.constructor)) throw error;
  return asFailure(error);
}
