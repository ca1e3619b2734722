import type { Account } from '../accounts/account.ts';
import { UnavailableError } from '../errors.ts';
import type { ChatMessage } from '../room/entry.ts';
import type { Participant } from '../room/participant.ts';

/** What was said before somebody came, by the names that people have now. */
export class ChatHistory {
  readonly #account: (id: string) => Promise<Account | null>;

  /** @param account an account; null where there is none any more */
  constructor(account: (id: string) => Promise<Account | null>) {
    this.#account = account;
  }

  /**
   * Messages with the names of those who said them as they are now; what was said by an account that is deleted is left
   * out. Asks only for those who are not in the room; while the store does not answer, their messages stay as they were.
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
