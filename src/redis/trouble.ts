import { NotWorkingError, UnavailableError } from '../domain/errors.ts';
import { isRefusal, reasonOf } from './reasons.ts';

/** Remembers what went wrong last between this node and Redis, and says it in words. */
export class Trouble {
  #last: unknown = null;

  note(error: unknown): void {
    this.#last = error;
  }

  /** Notes that Redis works. */
  clear(): void {
    this.#last = null;
  }

  /** Whether waiting does not help, because the user, the password or a permission is wrong. */
  get isRefusal(): boolean {
    return isRefusal(this.#last);
  }

  /** The error at the start of a server. @param at where Redis is, without credentials */
  atStart(at: string): Error {
    const reason = reasonOf(this.#last);
    return new Error(reason === null ? `Redis does not answer at ${at}.` : `${reason} (${at})`);
  }

  /** The error while the server runs. */
  get now(): Error {
    const reason = reasonOf(this.#last);
    if (reason !== null) return new NotWorkingError(reason, { cause: this.#last });
    return new UnavailableError('Redis does not answer.', { cause: this.#last });
  }
}
