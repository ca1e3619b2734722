import { mustHaveAccount } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Eventual } from '../eventual.ts';
import type { Reach, ReachStore } from './ports.ts';

/** What holds for those who have chosen nothing. */
const DEFAULTS: Reach = { allowCallsFrom: 'CONTACTS', showPresence: true };

/** What somebody chooses; what is missing or null stays as it is. */
export type GivenReach = { readonly [Name in keyof Reach]?: Reach[Name] | null | undefined };

/** Who may call somebody, and who sees whether they are online. */
export class Reachability {
  readonly #store: ReachStore;
  readonly #listeners: ((userId: string) => Eventual<void>)[] = [];

  constructor(store: ReachStore) {
    this.#store = store;
  }

  /** @throws ForbiddenError for guests, who cannot be called */
  async own(caller: Caller): Promise<Reach> {
    mustHaveAccount(caller);
    return this.of(caller.accountId);
  }

  /** Changes what is given. Resolves to what holds from now on. @throws ForbiddenError */
  async update(caller: Caller, { allowCallsFrom, showPresence }: GivenReach): Promise<Reach> {
    mustHaveAccount(caller);
    const change = {
      ...(allowCallsFrom == null ? {} : { allowCallsFrom }),
      ...(showPresence == null ? {} : { showPresence }),
    };
    const { accountId } = caller;
    const before = await this.of(accountId);
    const now = { ...DEFAULTS, ...(await this.#store.update(accountId, change)) };
    if (now.showPresence !== before.showPresence) {
      for (const listener of this.#listeners) await listener(accountId);
    }
    return now;
  }

  /** Calls `listener` when somebody begins or stops to show their presence, before that is answered. */
  onPresenceShown(listener: (userId: string) => Eventual<void>): void {
    this.#listeners.push(listener);
  }

  async of(userId: string): Promise<Reach> {
    return { ...DEFAULTS, ...(await this.#store.find(userId)) };
  }

  /** Deletes what a person has chosen, because their account is deleted. */
  async forget(userId: string): Promise<void> {
    await this.#store.deleteByUser(userId);
  }
}
