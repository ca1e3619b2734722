import type { UserFieldsFragment } from './generated/graphql.ts';

/** Something said in writing. */
export interface CallMessage {
  /** Unlike that of any other message of the room. */
  readonly id: string;
  /** When, by the server's clock, RFC 3339. */
  readonly at: string;
  /** The stay that said it; it may have left. */
  readonly from: string;
  readonly user: UserFieldsFragment;
  /** Show it as text, never as markup. */
  readonly text: string;
  /** Whether it was said to one alone. */
  readonly private: boolean;
}

/** A message as the server tells it. */
export interface ReceivedMessage extends Omit<CallMessage, 'id'> {
  readonly cursor: string;
}

/** What the newest messages are kept for; past it the older half goes. */
const MOST = 1_000;

/** What was said in writing, in the order in which it came to be known. */
export class Chat {
  #messages: readonly CallMessage[] = [];

  get messages(): readonly CallMessage[] {
    return this.#messages;
  }

  /** Adds a message unless it is known; answers it if it was not. */
  add({ cursor, at, from, user, text, private: isPrivate }: ReceivedMessage): CallMessage | null {
    if (this.#messages.some(({ id }) => id === cursor)) return null;
    const message = { id: cursor, at, from, user, text, private: isPrivate };
    const kept = this.#messages.length >= MOST ? this.#messages.slice(-MOST / 2) : this.#messages;
    this.#messages = [...kept, message];
    return message;
  }
}
