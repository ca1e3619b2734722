import { Error as MongooseErrors, mongo } from 'mongoose';
import type { Timer } from '../../domain/clock.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { RareLines } from '../../domain/rare-lines.ts';
import type { StoreContext } from '../store.ts';

const DUPLICATE_KEY = 11000;

/** How long a call waits at most, for a server, a free connection or an answer. */
export const TIMEOUT_MS = 10_000;

/** Runs the driver's work and turns its errors into the domain's. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * An `Attempt` that rejects with `UnavailableError` after 10 seconds, or when the driver or the server fails before.
 * Duplicate keys and mistakes of this program (validation, casts) pass unchanged.
 */
export function attemptWith({ clock, log }: StoreContext): Attempt {
  const lines = new RareLines(clock);
  return async (work) => {
    // The driver's own timeouts limit a single try, but it tries again.
    let timer: Timer | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = clock.after(TIMEOUT_MS, () => reject(new DeadlineError('no answer in time')));
    });
    try {
      return await Promise.race([work(), deadline]);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      lines.say(kindOf(error), (times) => {
        log.warn({ ...describe(error), times }, 'MongoDB does not answer');
      });
      throw new UnavailableError('The database does not answer; try again in a moment.', {
        cause: error,
      });
    } finally {
      timer?.cancel();
    }
  };
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** Whether the unique index on `field` refused a document. */
export function isDuplicate(error: unknown, field: string): boolean {
  return (
    error instanceof mongo.MongoServerError &&
    error.code === DUPLICATE_KEY &&
    field in (error.keyPattern ?? {})
  );
}

/** An error's fields for the log. Their texts may name hosts, but never credentials. */
export function describe(error: unknown): object {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = error instanceof mongo.MongoServerError ? { code: error.code } : {};
  return { error: error.name, ...code, reason: error.message };
}

/** Errors of one kind are one line of the log: their texts name each connection. */
function kindOf(error: unknown): string {
  const code = error instanceof mongo.MongoServerError ? error.code : '';
  return `${error instanceof Error ? error.name : typeof error} ${code}`;
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (error instanceof mongo.MongoError) {
    return !(error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY);
  }
  // The driver passes some errors of Node's sockets on unchanged: EPIPE, ERR_STREAM_DESTROYED.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return true;
  return (
    error instanceof MongooseErrors &&
    !(error instanceof MongooseErrors.ValidationError) &&
    !(error instanceof MongooseErrors.CastError)
  );
}
