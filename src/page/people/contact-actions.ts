import type { Contact, User } from '../../client/index.ts';
import type { App } from '../app.ts';
import { confirmed } from '../confirm.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

/** What the user can do about a contact. */
export interface ContactActions {
  readonly answer: (user: User, accepted: boolean) => void;
  readonly remove: (user: User) => void;
  readonly block: (user: User) => void;
  readonly unblock: (user: User) => void;
  readonly takeBack: (contact: Contact) => void;
}

/** @param changed called after a change of which the server tells nobody */
export function contactActions(app: App, changed: () => void): ContactActions {
  const { people } = app.client;
  const words = texts.people;
  const attempt = async (action: () => Promise<unknown>) => {
    try {
      await action();
    } catch (error) {
      app.toast(wordsFor(error));
    }
    changed();
  };
  return {
    answer: (user, accepted) => void attempt(() => people.answerContact(user.id, accepted)),
    remove: (user) =>
      void attempt(async () => {
        const { confirmRemove, remove } = words.contacts;
        if (!(await confirmed(confirmRemove(user.name), remove))) return;
        await people.removeContact({ userId: user.id });
      }),
    block: (user) =>
      void attempt(async () => {
        const { confirmBlock, block } = words.contacts;
        if (await confirmed(confirmBlock(user.name), block)) await people.block(user.id);
      }),
    unblock: (user) => void attempt(() => people.unblock(user.id)),
    takeBack: ({ user, email }) =>
      void attempt(async () => {
        if (user !== null) await people.removeContact({ userId: user.id });
        else if (email !== null) await people.removeContact({ email });
        app.toast(words.contacts.takenBack);
      }),
  };
}
