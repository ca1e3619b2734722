import type { UserFieldsFragment } from './generated/graphql.ts';

/** A chat message. */
export interface CallMessage {
  /** Unique in the room. */
  readonly id: string;
  /** When, by the server's clock, RFC 3339. */
  readonly at: string;
  /** The participant (stay) that sent it, who may have left. */
  readonly from: string;
  readonly user: UserFieldsFragment;
  /** Show it as text, never as markup. */
  readonly text: string;
  /** Whether it was sent to one participant only. */
  readonly private: boolean;
}

/** A message as the server sends it. */
export interface ReceivedMessage extends Omit<CallMessage, 'id'> {
  readonly cursor: string;
}

/** How many messages are kept; past that, the older half is dropped. */
const MOST = 1_000;

/** The chat messages, in the order in which they became known. */
export class Chat {
  #messages: readonly CallMessage[] = [];

  get messages(): readonly CallMessage[] {
    return this.#messages;
  }

  /** Adds a message and returns it; returns null for one that is known already. */
  add({ cursor, at, from, user, text, private: isPrivate }: ReceivedMessage): CallMessage | null {
    if (this.#messages.some(({ id }) => id === cursor)) return null;
    const message = { id: cursor, at, from, user, text, private: isPrivate };
    const kept = this.#messages.length >= MOST ? this.#messages.slice(-MOST / 2) : this.#messages;
    this.#messages = [...kept, message];
    return message;
  }
}
