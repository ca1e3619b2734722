/**
 * An expected failure, with a code that stays the same across versions. Of one that clients receive as data, `meaning`
 * describes it to those who write clients.
 */
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
  static readonly meaning = 'The input breaks one or more rules; `issues` names all of them.';
  readonly code = 'INVALID_INPUT';
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super(issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '));
    this.issues = issues;
  }
}

/** The caller did this too often. Nothing was done; try again in `retryAfter` seconds. */
export class RateLimitedError extends DomainError {
  static readonly meaning = 'The caller did this too often. Nothing was changed.';
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
  static readonly meaning = 'An account with this email exists already.';
  readonly code = 'EMAIL_TAKEN';
  constructor() {
    super('An account with this email exists already.');
  }
}

export class BadCredentialsError extends DomainError {
  static readonly meaning = 'The email or the password is wrong.';
  readonly code = 'BAD_CREDENTIALS';
  constructor() {
    super('The email or the password is wrong.');
  }
}

export class SessionNotFoundError extends DomainError {
  static readonly meaning = 'The account has no such session, or it has ended.';
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

export class TokenInvalidError extends DomainError {
  static readonly meaning =
    'The token of the mailed link is unknown, was used already, or has expired; or the token of an outside issuer is not accepted. `message` says why.';
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

export class MailUnavailableError extends DomainError {
  static readonly meaning = 'This server is not configured to send mail.';
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

export class GuestsNotAllowedError extends DomainError {
  static readonly meaning = 'The room does not allow guests.';
  readonly code = 'GUESTS_NOT_ALLOWED';
  constructor() {
    super('This room lets nobody in without an account.');
  }
}

export class RoomNotFoundError extends DomainError {
  static readonly meaning = 'There is no such room, or it has ended.';
  readonly code = 'ROOM_NOT_FOUND';
  constructor() {
    super('There is no such room, or it has ended.');
  }
}

export class RoomFullError extends DomainError {
  static readonly meaning = 'The room is full.';
  readonly code = 'ROOM_FULL';
  readonly capacity: number;
  constructor(capacity: number) {
    super(`The room is full: it holds ${capacity}.`);
    this.capacity = capacity;
  }
}

export class AlreadyInRoomError extends DomainError {
  static readonly meaning =
    'The user is already in this room with another client. `takeOver: true` ends that stay.';
  readonly code = 'ALREADY_IN_ROOM';
  constructor() {
    super('You are in this room already, in another tab or on another device.');
  }
}

export class RoomLockedError extends DomainError {
  static readonly meaning = 'The room is locked: nobody else may join.';
  readonly code = 'ROOM_LOCKED';
  constructor() {
    super('The room is locked: nobody else gets in.');
  }
}

export class RemovedFromRoomError extends DomainError {
  static readonly meaning = 'The host has banned the user from this room.';
  readonly code = 'REMOVED_FROM_ROOM';
  constructor() {
    super('The host has removed you from this room.');
  }
}

export class KnockDeniedError extends DomainError {
  static readonly meaning = 'The host did not let the user in.';
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
  static readonly meaning = 'The knock has ended: it was answered or withdrawn.';
  readonly code = 'KNOCK_NOT_FOUND';
  constructor() {
    super('Nobody waits with this knock any more.');
  }
}

export class NotInRoomError extends DomainError {
  static readonly meaning = 'The caller is not in this room.';
  readonly code = 'NOT_IN_ROOM';
  constructor() {
    super('You are not in this room.');
  }
}

export class PeerNotInRoomError extends DomainError {
  static readonly meaning =
    'The addressee is not, or is no longer, another participant of this room. Nothing was sent.';
  readonly code = 'PEER_NOT_IN_ROOM';
  constructor() {
    super('The addressee is not in this room any more.');
  }
}

export class NotHostError extends DomainError {
  static readonly meaning = 'Only the host, who moderates the room now, may do this.';
  readonly code = 'NOT_HOST';
  constructor() {
    super('Only the host of the room may do this.');
  }
}

export class NotOwnerError extends DomainError {
  static readonly meaning = 'Only the owner, who created the room, may do this.';
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

/** What something that was thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
