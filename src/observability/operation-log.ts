import type { Logger } from '../domain/logger.ts';
import type { Context } from '../graphql/context.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** What an operator looks for afterwards: who came, what was changed for good. */
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
/** Too many for a line each, at any level: they are counted. */
const CONSTANT: ReadonlySet<string> = new Set([
  'sendOffer',
  'sendAnswer',
  'sendIceCandidates',
  'sendMessage',
  'setMedia',
]);

/** Writes the line of one call. `failure` is the type of an expected failure, or of an error; null when it went well. */
export type WriteLine = (context: Context, ms: number, failure: string | null) => void;

/** One line for each operation that matters: what, how it went, how long it took, and who, by names that tell nobody. */
export class OperationLog {
  readonly #log: Logger;
  readonly #pseudonyms: Pseudonyms;

  constructor(log: Logger, pseudonyms: Pseudonyms) {
    this.#log = log;
    this.#pseudonyms = pseudonyms;
  }

  /** What writes the lines of a field: at info for what matters, at debug for the rest; null for what is constant. */
  writerOf(operation: string): WriteLine | null {
    if (CONSTANT.has(operation)) return null;
    const log = this.#log;
    // By name at each call: pino exchanges its methods when its level changes.
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
