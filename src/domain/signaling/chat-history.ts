import type { Account } from '../accounts/account.ts';
import { UnavailableError } from '../errors.ts';
import type { ChatMessage } from '../room/entry.ts';
import type { Participant } from '../room/participant.ts';

/** The messages that were sent before somebody joined, with the present names of their senders. */
export class ChatHistory {
  readonly #account: (id: string) => Promise<Account | null>;

  /** @param account finds an account; null if it does not exist any more */
  constructor(account: (id: string) => Promise<Account | null>) {
    this.#account = account;
  }

  /**
   * Gives messages the present names of their senders, and leaves out messages of deleted accounts. It looks up only
   * senders who are not in the room; while the store does not answer, their messages keep the old names.
   */
  async byNames(
    messages: readonly ChatMessage[],
    present: readonly Participant[],
  ): Promise<readonly ChatMessage[]> {
    if (messages.length === 0) return messages;
    const names = new Map(present.map(({ user }) => [user.id, user.name]));
    const gone = new Set<string>();
    const absent = new Set(messages.map(({ user }) => user.id).filter((id) => !names.has(id)));
    await Promise.all(
      [...absent].map(async (id) => {
        try {
          const account = await this.#account(id);
          if (account === null) gone.add(id);
          else names.set(id, account.name);
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
        }
      }),
    );
    return messages.flatMap((message) => {
      const { user } = message;
      if (gone.has(user.id)) return [];
      return { ...message, user: { ...user, name: names.get(user.id) ?? user.name } };
    });
  }
}
