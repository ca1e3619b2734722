import type { User } from '../../client/index.ts';
import { h } from '../dom.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

/** The people whom the owner of a room has banned, each with a button that lifts the ban. */
interface BanList {
  readonly element: HTMLElement;
  /** Loads the list from the server again. */
  refresh(): Promise<void>;
}

export interface BanActions {
  readonly bans: () => Promise<readonly User[]>;
  readonly unban: (userId: string) => Promise<void>;
}

export function banList({ bans, unban }: BanActions): BanList {
  const list = h('ul.people', { 'data-testid': 'bans' });
  const answer = h('p.form-error', { role: 'alert' });
  const element = h('section', { hidden: true }, h('h3', {}, texts.bans.title), list, answer);
  const attempt = async (action: () => Promise<void>) => {
    answer.textContent = '';
    try {
      await action();
    } catch (cause) {
      answer.textContent = wordsFor(cause);
    }
  };
  const refresh = () =>
    attempt(async () => {
      const users = await bans();
      list.replaceChildren(...users.map(row));
      element.hidden = users.length === 0;
    });
  const row = ({ id, name }: User) =>
    h(
      'li.person',
      { 'data-testid': 'banned', 'data-name': name },
      h('bdi.person-name', {}, name),
      h(
        'button.small',
        {
          type: 'button',
          'data-testid': 'unban',
          'aria-label': texts.bans.allowName(name),
          click: async () => {
            await attempt(() => unban(id));
            await refresh();
          },
        },
        texts.bans.allow,
      ),
    );
  return { element, refresh };
}
