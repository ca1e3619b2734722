/** An expected failure, with a code that stays the same across versions. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
}

/** What kind of rule an input breaks. */
export const INPUT_ISSUE_CODES = [
  'TOO_SHORT',
  'TOO_LONG',
  'TOO_SMALL',
  'TOO_BIG',
  'BAD_FORMAT',
  'BAD_CHARACTERS',
  'TOO_COMMON',
  'REPEATS_YOU',
  'INVALID',
] as const;
export type InputIssueCode = (typeof INPUT_ISSUE_CODES)[number];

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where: the argument's fields, joined by dots, for example `candidates.3.candidate`. */
  readonly path: string;
  readonly message: string;
  /** Default: `INVALID`, and only the message says more. */
  readonly code?: InputIssueCode;
  /** The bound that was passed. Default: none is known. */
  readonly limit?: number | null;
}

/** The input breaks one or more rules; `issues` names all of them. */
export class InvalidInputError extends DomainError {
  readonly code = 'INVALID_INPUT';
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super(issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '));
    this.issues = issues;
  }
}

/** The caller did this too often. Nothing was done; try again in `retryAfter` seconds. */
export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED';
  /** Whole seconds, at least 1. */
  readonly retryAfter: number;
  constructor(retryAfterMs: number, message = 'Too many requests; slow down.') {
    super(message);
    this.retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1000));
  }
}

/** Nobody is signed in, or the session has ended. */
export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED';
  constructor(message = 'Sign in first.') {
    super(message);
  }
}

/** A part this server depends on does not answer, or this node is stopping. Nothing was done; try again. */
export class UnavailableError extends DomainError {
  readonly code = 'UNAVAILABLE';
}

/**
 * The hold of the connection that asked has ended: another connection holds the place now. Nothing was done; the other
 * connection may ask again.
 */
export class HeldAnewError extends UnavailableError {
  constructor() {
    super('Another connection holds this place now.');
  }
}

/** The connection that asked has closed meanwhile. Nothing was done, and nobody is left to be told. */
export class GoneError extends DomainError {
  readonly code = 'GONE';
  constructor() {
    super('The connection has gone.');
  }
}

/** A service this server depends on answers but does not work. The message says why and may be shown to anybody. */
export class NotWorkingError extends UnavailableError {}

export class EmailTakenError extends DomainError {
  readonly code = 'EMAIL_TAKEN';
  constructor() {
    super('An account with this email exists already.');
  }
}

export class BadCredentialsError extends DomainError {
  readonly code = 'BAD_CREDENTIALS';
  constructor() {
    super('The email or the password is wrong.');
  }
}

export class SessionNotFoundError extends DomainError {
  readonly code = 'SESSION_NOT_FOUND';
  constructor() {
    super('You have no such session, or it has ended.');
  }
}

/** The person has an account already. It never reaches a client. */
export class PersonTakenError extends DomainError {
  readonly code = 'PERSON_TAKEN';
  constructor() {
    super('This person has an account already.');
  }
}

/** The token of a mailed link is unknown, was used, or has expired; or a token of an outside issuer is not accepted. */
export class TokenInvalidError extends DomainError {
  readonly code = 'TOKEN_INVALID';
  /** What helps: nothing (`INVALID`), a newer token (`EXPIRED`), or a token of the same person (`OTHER_PERSON`). */
  readonly reason: 'INVALID' | 'EXPIRED' | 'OTHER_PERSON';
  constructor(
    message = 'This link does not work any more: it was used, or is too old. Ask for a new one.',
    reason: TokenInvalidError['reason'] = 'INVALID',
  ) {
    super(message);
    this.reason = reason;
  }
}

/** This server is not configured to send mail. */
export class MailUnavailableError extends DomainError {
  readonly code = 'MAIL_UNAVAILABLE';
  constructor() {
    super('This server cannot send mail.');
  }
}

/** Only a registered account, or the operator of the server, may do this. */
export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
  constructor(message = 'Guests cannot do this: register first.') {
    super(message);
  }
}

/** The room does not allow guests. */
export class GuestsNotAllowedError extends DomainError {
  readonly code = 'GUESTS_NOT_ALLOWED';
  constructor() {
    super('This room lets nobody in without an account.');
  }
}

export class RoomNotFoundError extends DomainError {
  readonly code = 'ROOM_NOT_FOUND';
  constructor() {
    super('There is no such room, or it has ended.');
  }
}

export class RoomFullError extends DomainError {
  readonly code = 'ROOM_FULL';
  readonly capacity: number;
  constructor(capacity: number) {
    super(`The room is full: it holds ${capacity}.`);
    this.capacity = capacity;
  }
}

export class AlreadyInRoomError extends DomainError {
  readonly code = 'ALREADY_IN_ROOM';
  constructor() {
    super('You are in this room already, in another tab or on another device.');
  }
}

export class RoomLockedError extends DomainError {
  readonly code = 'ROOM_LOCKED';
  constructor() {
    super('The room is locked: nobody else gets in.');
  }
}

/** The host has banned the user from the room. */
export class RemovedFromRoomError extends DomainError {
  readonly code = 'REMOVED_FROM_ROOM';
  constructor() {
    super('The host has removed you from this room.');
  }
}

export class KnockDeniedError extends DomainError {
  readonly code = 'KNOCK_DENIED';
  constructor() {
    super('The host did not let you in.');
  }
}

/** The room requires a knock. The domain then knocks; this error never reaches a client. */
export class KnockRequiredError extends DomainError {
  readonly code = 'KNOCK_REQUIRED';
  constructor() {
    super('The host has to let you in.');
  }
}

export class KnockNotFoundError extends DomainError {
  readonly code = 'KNOCK_NOT_FOUND';
  constructor() {
    super('Nobody waits with this knock any more.');
  }
}

export class NotInRoomError extends DomainError {
  readonly code = 'NOT_IN_ROOM';
  constructor() {
    super('You are not in this room.');
  }
}

export class PeerNotInRoomError extends DomainError {
  readonly code = 'PEER_NOT_IN_ROOM';
  constructor() {
    super('The addressee is not in this room any more.');
  }
}

export class NotHostError extends DomainError {
  readonly code = 'NOT_HOST';
  constructor() {
    super('Only the host of the room may do this.');
  }
}

export class NotOwnerError extends DomainError {
  readonly code = 'NOT_OWNER';
  constructor() {
    super('Only the owner of the room may do this.');
  }
}

/** Every error that can refuse a join. */
export const JOIN_ERRORS = [
  RoomNotFoundError,
  RoomFullError,
  RoomLockedError,
  AlreadyInRoomError,
  RemovedFromRoomError,
  KnockDeniedError,
  GuestsNotAllowedError,
  RateLimitedError,
] as const;

/** Why a join was refused. */
export type JoinError = InstanceType<(typeof JOIN_ERRORS)[number]>;

/** Whether an error is a refusal, and no other failure of a join. */
export function isJoinError(error: unknown): error is JoinError {
  return JOIN_ERRORS.some((errorClass) => error instanceof errorClass);
}
