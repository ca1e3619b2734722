import { DomainError } from '../errors.ts';

export class UserNotFoundError extends DomainError {
  static readonly meaning =
    'There is nobody with this id. The answer is the same if that person has blocked the caller.';
  readonly code = 'USER_NOT_FOUND';
  constructor() {
    super('There is nobody with this id.');
  }
}
