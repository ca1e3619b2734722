/** What every failure of this SDK is: a class with a `code` that stays the same across versions. */
export class PeerqlError extends Error {
  /** Stable, in upper case: `NETWORK`, `ROOM_FULL`, `UNAUTHENTICATED`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No answer came: the server is out of reach, the connection was cut, or it took too long. Try again. */
export class NetworkError extends PeerqlError {
  constructor(message: string, options?: ErrorOptions) {
    super('NETWORK', message, options);
  }
}

/**
 * The server answered with an error that no type of the schema stands for, for example `UNAUTHENTICATED`; or with
 * `BAD_REQUEST`, it does not know the operation.
 */
export class RequestError extends PeerqlError {
  /** Names the request in the server's log; null when the server gave none. */
  readonly requestId: string | null;

  constructor(code: string, message: string, requestId: string | null = null) {
    super(code, message);
    this.requestId = requestId;
  }
}

/**
 * The server refused, as the schema says it may. `code` is the error type's name without `Error`, in upper case:
 * `RoomFullError` is `ROOM_FULL`, `BadCredentialsError` is `BAD_CREDENTIALS`.
 */
export class RefusedError extends PeerqlError {}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where: the input's fields, joined by dots. */
  readonly path: string;
  /** What is wrong there, in English. */
  readonly message: string;
  /** Which kind of rule it is, for a text of one's own: `TOO_SHORT`, `TOO_COMMON`, …; what is not known is `INVALID`, the default. */
  readonly code?: string;
  /** The bound that was passed, where the code has one. */
  readonly limit?: number | null;
}

/** The input breaks one or more rules; `issues` names all of them. Code `INVALID_INPUT`. */
export class InvalidInputError extends RefusedError {
  readonly issues: readonly InputIssue[];

  constructor(message: string, issues: InvalidInputError['issues']) {
    super('INVALID_INPUT', message);
    this.issues = issues;
  }
}

/** Too much, too fast; nothing was done. Code `RATE_LIMITED`. */
export class RateLimitedError extends RefusedError {
  /** Whole seconds to wait. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super('RATE_LIMITED', message);
    this.retryAfter = retryAfter;
  }
}

/** As many are in the room as it holds. Code `ROOM_FULL`. */
export class RoomFullError extends RefusedError {
  /** Participants that the room holds at once. */
  readonly capacity: number;

  constructor(message: string, capacity: number) {
    super('ROOM_FULL', message);
    this.capacity = capacity;
  }
}

/** An answer of one of the schema's error types. */
export interface Failure {
  readonly __typename: string;
  readonly message: string;
  readonly issues?: InvalidInputError['issues'];
  readonly retryAfter?: number;
  readonly capacity?: number;
}

/** The class and code for a failure that the schema declares. */
export function refusal(failure: Failure): RefusedError {
  if (failure.issues !== undefined) return new InvalidInputError(failure.message, failure.issues);
  if (failure.retryAfter !== undefined) {
    return new RateLimitedError(failure.message, failure.retryAfter);
  }
  if (failure.capacity !== undefined) return new RoomFullError(failure.message, failure.capacity);
  const words = failure.__typename.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '_');
  return new RefusedError(words.toUpperCase(), failure.message);
}

/** The success in a mutation's union answer; throws the {@link RefusedError} that it is otherwise. */
export function unwrap<Result extends { readonly __typename: string }>(
  result: Result,
): Extract<Result, { readonly __typename: `${string}Success` }> {
  if (result.__typename.endsWith('Success')) {
    return result as Extract<Result, { readonly __typename: `${string}Success` }>;
  }
  throw refusal(result as Result & Failure);
}

/** One entry of `errors` in a GraphQL answer, as far as it is read here. */
export interface GraphQLErrorLike {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** The class and code for the `errors` of an answer. Without a code they are GraphQL's own, about the document. */
export function requestError(errors: readonly GraphQLErrorLike[]): RequestError | RateLimitedError {
  const [first] = errors;
  const { code, requestId, retryAfter } = first?.extensions ?? {};
  const message = first?.message ?? 'The server failed.';
  if (code === 'RATE_LIMITED') return new RateLimitedError(message, Number(retryAfter ?? 1));
  return new RequestError(
    typeof code === 'string' ? code : 'BAD_REQUEST',
    message,
    typeof requestId === 'string' ? requestId : null,
  );
}

/** Whether a send came to nothing because a stay is over. That is no fault of its own: the stay's end is told. */
export function isGone(error: unknown): boolean {
  return error instanceof PeerqlError && GONE_CODES.has(error.code);
}

const GONE_CODES = new Set(['PEER_NOT_IN_ROOM', 'NOT_IN_ROOM', 'ENDED']);
