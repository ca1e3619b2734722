import { DomainError } from '../errors.ts';

export class AlreadyInCallError extends DomainError {
  static readonly meaning = 'The caller is in a call already, or rings or is rung.';
  readonly code = 'ALREADY_IN_CALL';
  constructor() {
    super('You are in a call already.');
  }
}

export class CallEndedError extends DomainError {
  static readonly meaning =
    'The call has ended or rings no more, or the user is not in such a call.';
  readonly code = 'CALL_ENDED';
  constructor() {
    super('The call has ended.');
  }
}

export class AnsweredElsewhereError extends DomainError {
  static readonly meaning = 'The same user has answered the call with another client.';
  readonly code = 'ANSWERED_ELSEWHERE';
  constructor() {
    super('You have answered this call on another device.');
  }
}

export class CallAnsweredError extends DomainError {
  static readonly meaning =
    'Somebody has answered, so the call cannot be cancelled any more: leave its room to hang up.';
  readonly code = 'CALL_ANSWERED';
  constructor() {
    super('Somebody has answered already.');
  }
}
