import type { Logger } from '../domain/logger.ts';
import type { Context } from '../graphql/context.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Operations that an operator may look for later: sign-ins and permanent changes. */
const IMPORTANT: ReadonlySet<string> = new Set([
  'register',
  'login',
  'logout',
  'enterAsGuest',
  'changePassword',
  'requestPasswordReset',
  'resetPassword',
  'verifyEmail',
  'revokeSession',
  'revokeOtherSessions',
  'deleteAccount',
  'createRoom',
  'updateRoom',
  'closeRoom',
  'removeParticipant',
]);
/** Operations that are too frequent for a log line at any level. They are only counted. */
const CONSTANT: ReadonlySet<string> = new Set([
  'sendOffer',
  'sendAnswer',
  'sendIceCandidates',
  'sendMessage',
  'setMedia',
]);

/** Writes the line of one call. `failure` is the type of an expected failure or of an error; null for a success. */
export type WriteLine = (context: Context, ms: number, failure: string | null) => void;

/**
 * Writes one line for each operation that matters: its name, its result, its duration, and pseudonyms of the caller.
 */
export class OperationLog {
  readonly #log: Logger;
  readonly #pseudonyms: Pseudonyms;

  constructor(log: Logger, pseudonyms: Pseudonyms) {
    this.#log = log;
    this.#pseudonyms = pseudonyms;
  }

  /**
   * The function that writes the lines of a field: at info for important fields, at debug for others. Null for frequent
   * ones.
   */
  writerOf(operation: string): WriteLine | null {
    if (CONSTANT.has(operation)) return null;
    const log = this.#log;
    // The method is looked up at each call, because pino replaces its methods when its level changes.
    const level = IMPORTANT.has(operation) ? 'info' : 'debug';
    return (context, ms, failure) => {
      if (!log.isLevelEnabled(level)) return;
      const fields = {
        operation,
        result: failure ?? 'Success',
        ms: Math.round(ms * 10) / 10,
        ...this.#callOf(context),
      };
      log[level](fields, failure === null ? 'Done' : 'Refused');
    };
  }

  #callOf({ caller, exchange, address }: Context): object {
    const name = this.#pseudonyms;
    return {
      ...(exchange !== null && { requestId: exchange.requestId }),
      client: name.of(address),
      ...(caller !== null && {
        user: name.of(caller.accountId),
        session: name.of(caller.sessionId),
      }),
    };
  }
}
