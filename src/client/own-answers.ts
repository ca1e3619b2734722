import { Emitter } from './emitter.ts';
import type { CallFieldsFragment } from './generated/graphql.ts';

/**
 * Which calls were answered by this client. An event says only that the user has answered, and it may come before the
 * answer to whoever asked here.
 */
export class OwnAnswers extends Emitter<{ settled: undefined }> {
  readonly #answered = new Set<string>();
  #asked = 0;

  /** Asks the server for something that answers a call: to accept it, or to ring somebody who rings here. */
  async ask(ask: () => Promise<CallFieldsFragment>): Promise<CallFieldsFragment> {
    this.#asked += 1;
    try {
      const call = await ask();
      this.#answered.add(call.id);
      return call;
    } finally {
      this.#asked -= 1;
      this.emit('settled', undefined);
    }
  }

  /** Where the user has answered a call; null while this client's own question is under way. */
  whereAnswered(callId: string): 'ANSWERED_HERE' | 'ANSWERED_ELSEWHERE' | null {
    if (this.#answered.has(callId)) return 'ANSWERED_HERE';
    return this.#asked > 0 ? null : 'ANSWERED_ELSEWHERE';
  }

  /** The call is over. */
  forget(callId: string): void {
    this.#answered.delete(callId);
  }
}
