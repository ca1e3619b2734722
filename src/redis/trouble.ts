import { NotWorkingError, UnavailableError } from '../domain/errors.ts';
import { isRefusal, reasonOf } from './reasons.ts';

/** What went wrong last between this node and Redis, in words. */
export class Trouble {
  #last: unknown = null;

  note(error: unknown): void {
    this.#last = error;
  }

  /** Redis works. */
  clear(): void {
    this.#last = null;
  }

  /** Whether no waiting mends it: the user, the password or a right is wrong. */
  get isRefusal(): boolean {
    return isRefusal(this.#last);
  }

  /** For whoever starts a server. @param at where Redis is, without credentials */
  atStart(at: string): Error {
    const reason = reasonOf(this.#last);
    return new Error(reason === null ? `Redis does not answer at ${at}.` : `${reason} (${at})`);
  }

  /** For whoever asks whether Redis works. */
  get now(): Error {
    const reason = reasonOf(this.#last);
    if (reason !== null) return new NotWorkingError(reason, { cause: this.#last });
    return new UnavailableError('Redis does not answer.', { cause: this.#last });
  }
}
