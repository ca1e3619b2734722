import type { Eventual } from '../eventual.ts';
import type { Log, Posted } from '../log.ts';
import { accept, acceptByRinging, cancel, decline, lose } from './answering.ts';
import type { Call } from './call.ts';
import type { CallDecide, CallFact, CallKind, CallOptions } from './course.ts';
import { left, looked } from './lasting.ts';
import { abandon, begin, mergeInto, type NewCall, type Progress, progress } from './ringing.ts';
import type { CallRecord } from './state.ts';

/**
 * The calls that ring or go on, and those that ended a moment ago. Each method gives one rule of `domain/call` to the
 * log. See the rule for what it decides and refuses.
 */
export class LiveCalls {
  readonly #log: Log<CallKind>;
  readonly #options: CallOptions;

  constructor(log: Log<CallKind>, options: CallOptions) {
    this.#log = log;
    this.#options = options;
  }

  begin(made: NewCall): Eventual<CallRecord> {
    return this.#log.run(made.id, begin(made, this.#options));
  }

  read(callId: string): Eventual<CallRecord | null> {
    return this.#log.read(callId);
  }

  /** Answers how the call is now; null if it is not known any more. */
  progress(callId: string, done: Progress): Eventual<Call | null> {
    return this.#log.run(callId, progress(done));
  }

  abandon(call: Call): Eventual<void> {
    return this.#log.run(call.id, abandon(call));
  }

  /** Answers whether it goes on as the other call; false also if it is not known any more. */
  mergeInto(callId: string, into: string): Eventual<boolean> {
    return this.#log.run(callId, ifKnown(mergeInto(into)));
  }

  acceptByRinging(callId: string, userId: string): Eventual<boolean> {
    return this.#log.run(callId, ifKnown(acceptByRinging(userId, this.#options)));
  }

  accept(callId: string, userId: string, clientKey: string): Eventual<Call> {
    return this.#log.run(callId, accept(userId, clientKey, this.#options));
  }

  decline(callId: string, userId: string): Eventual<Call> {
    return this.#log.run(callId, decline(userId));
  }

  cancel(callId: string, userId: string): Eventual<Call> {
    return this.#log.run(callId, cancel(userId));
  }

  lose(callId: string, userId: string): Eventual<void> {
    return this.#log.owe(callId, lose(userId));
  }

  left(callId: string, userId: string): Eventual<void> {
    return this.#log.owe(callId, left(userId));
  }

  looked(callId: string, present: readonly string[]): Eventual<void> {
    return this.#log.run(callId, looked(present, this.#options));
  }

  /** Calls `listener` as {@link Log.observe} says. */
  observe(listener: (callId: string, place: Posted, fact: CallFact) => void): void {
    this.#log.observe(listener);
  }

  close(): Eventual<void> {
    return this.#log.close();
  }
}

/** The same decision, but `false` for a call that is not known. */
function ifKnown(decide: CallDecide<boolean>): CallDecide<boolean> {
  return (state, context) =>
    state === null ? { state, steps: [], reply: false } : decide(state, context);
}
