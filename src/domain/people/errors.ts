import { DomainError } from '../errors.ts';

export class ContactNotFoundError extends DomainError {
  static readonly meaning = 'No request of this user waits for an answer.';
  readonly code = 'CONTACT_NOT_FOUND';
  constructor() {
    super('No request of this user waits for an answer.');
  }
}

export class TooManyContactsError extends DomainError {
  static readonly meaning =
    'The caller has as many contacts, or has blocked as many users, as one account may.';
  readonly code = 'TOO_MANY_CONTACTS';
}

export class PushUnavailableError extends DomainError {
  static readonly meaning = 'This server is not configured to send push messages.';
  readonly code = 'PUSH_UNAVAILABLE';
  constructor() {
    super('This server cannot send push messages.');
  }
}

export class UserNotFoundError extends DomainError {
  static readonly meaning =
    'There is nobody with this id. The answer is the same if that person has blocked the caller.';
  readonly code = 'USER_NOT_FOUND';
  constructor() {
    super('There is nobody with this id.');
  }
}
