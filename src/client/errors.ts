/**
 * The base class of every error of this SDK. Its `code` stays the same across versions.
 * @example
 * try {
 *   await client.joinRoom(roomId);
 * } catch (error) {
 *   if (error instanceof PeerqlError && error.code === 'ROOM_LOCKED') showLocked();
 *   else throw error;
 * }
 */
export class PeerqlError extends Error {
  /** Stable, in upper case: `NETWORK`, `ROOM_FULL`, `UNAUTHENTICATED`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * No answer came: the server cannot be reached, the connection was lost, or it took too long. Try again.
 * @example
 * if (error instanceof NetworkError) showRetryButton();
 */
export class NetworkError extends PeerqlError {
  constructor(message: string, options?: ErrorOptions) {
    super('NETWORK', message, options);
  }
}

/**
 * The server answered with an error that has no type in the schema, for example `UNAUTHENTICATED`. `BAD_REQUEST` means
 * that the server does not know the operation.
 * @example
 * if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') showSignIn();
 */
export class RequestError extends PeerqlError {
  /** The request's id in the server's log; null when the server gave none. */
  readonly requestId: string | null;

  constructor(code: string, message: string, requestId: string | null = null) {
    super(code, message);
    this.requestId = requestId;
  }
}

/**
 * The server refused with an error type of the schema. `code` is the name of that type without `Error`, in upper case:
 * `RoomFullError` is `ROOM_FULL`, `BadCredentialsError` is `BAD_CREDENTIALS`.
 * @example
 * if (error instanceof RefusedError && error.code === 'BAD_CREDENTIALS') showWrongPassword();
 */
export class RefusedError extends PeerqlError {}

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** The path of the field in the input, joined by dots. */
  readonly path: string;
  /** What is wrong with it, in English. */
  readonly message: string;
  /**
   * The rule that is broken, for texts of your own: `TOO_SHORT`, `TOO_COMMON`, …. Default: `INVALID`, for any other
   * rule.
   */
  readonly code?: string;
  /** The bound that was exceeded, if the rule has one. */
  readonly limit?: number | null;
}

/**
 * The input breaks one or more rules; `issues` names all of them. Code `INVALID_INPUT`.
 * @example
 * if (error instanceof InvalidInputError) for (const { path, message } of error.issues) mark(path, message);
 */
export class InvalidInputError extends RefusedError {
  readonly issues: readonly InputIssue[];

  constructor(message: string, issues: InvalidInputError['issues']) {
    super('INVALID_INPUT', message);
    this.issues = issues;
  }
}

/** A message is too big for the server, which takes `limit` bytes; null if that is unknown. */
export function tooBig(limit: number | null = null): InvalidInputError {
  const message = limit === null ? 'is too big' : `is too big for ${limit} bytes`;
  const issue = { path: 'input', message, code: 'TOO_BIG', limit };
  return new InvalidInputError(`The input ${message}.`, [issue]);
}

/**
 * The caller did this too often; nothing was done. Code `RATE_LIMITED`.
 * @example
 * if (error instanceof RateLimitedError) show(`Try again in ${error.retryAfter} seconds.`);
 */
export class RateLimitedError extends RefusedError {
  /** How long to wait, in whole seconds. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super('RATE_LIMITED', message);
    this.retryAfter = retryAfter;
  }
}

/**
 * The room is full. Code `ROOM_FULL`.
 * @example
 * if (error instanceof RoomFullError) show(`Only ${error.capacity} people can be in this room.`);
 */
export class RoomFullError extends RefusedError {
  /** How many participants the room holds at once. */
  readonly capacity: number;

  constructor(message: string, capacity: number) {
    super('ROOM_FULL', message);
    this.capacity = capacity;
  }
}

/** A result of one of the schema's error types. */
export interface Failure {
  readonly __typename: string;
  readonly message: string;
  readonly issues?: InvalidInputError['issues'];
  readonly retryAfter?: number;
  readonly capacity?: number;
}

/** The SDK's error for an error type of the schema. */
export function refusal(failure: Failure): RefusedError {
  if (failure.issues !== undefined) return new InvalidInputError(failure.message, failure.issues);
  if (failure.retryAfter !== undefined) {
    return new RateLimitedError(failure.message, failure.retryAfter);
  }
  if (failure.capacity !== undefined) return new RoomFullError(failure.message, failure.capacity);
  const words = failure.__typename.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '_');
  return new RefusedError(words.toUpperCase(), failure.message);
}

/** Returns the success of a mutation's result. @throws {RefusedError} when the result is an error type */
export function unwrap<Result extends { readonly __typename: string }>(
  result: Result,
): Extract<Result, { readonly __typename: `${string}Success` }> {
  if (result.__typename.endsWith('Success')) {
    return result as Extract<Result, { readonly __typename: `${string}Success` }>;
  }
  throw refusal(result as Result & Failure);
}

/** The fields that the SDK reads of an entry in `errors`. */
export interface GraphQLErrorLike {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The SDK's error for the `errors` of a response. Errors without a code come from GraphQL itself and are about the
 * document.
 */
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

/**
 * Turns any error into an error of this SDK. A device error of the browser becomes the `cause` of an error with the
 * code `DEVICE`.
 */
export function asPeerqlError(error: unknown): PeerqlError {
  if (error instanceof PeerqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isDevice = error instanceof DOMException;
  return new PeerqlError(isDevice ? 'DEVICE' : 'FAILED', message, { cause: error });
}

/** Whether a send failed only because a stay is over, which a separate event tells. */
export function isGone(error: unknown): boolean {
  return error instanceof PeerqlError && GONE_CODES.has(error.code);
}

const GONE_CODES = new Set(['PEER_NOT_IN_ROOM', 'NOT_IN_ROOM', 'ENDED']);
