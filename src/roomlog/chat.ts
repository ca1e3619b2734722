import type { ChatMessage } from '../domain/room/entry.ts';

/** The newest messages to all of one room, bounded in number. */
export class Chat {
  readonly #limit: number;
  #messages: ChatMessage[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  add(message: ChatMessage): void {
    this.#messages = [...this.#messages, message].slice(-this.#limit);
  }
}
