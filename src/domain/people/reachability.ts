import { mustHaveAccount } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Eventual } from '../eventual.ts';
import type { Reach, ReachStore } from './ports.ts';

/** What holds for those who have chosen nothing. */
const DEFAULTS: Reach = { allowCallsFrom: 'CONTACTS', showPresence: true, callWaiting: false };

/** What somebody chooses; what is missing or null stays as it is. */
export type GivenReach = { readonly [Name in keyof Reach]?: Reach[Name] | null | undefined };

/** Who may call somebody, also while they are in a call, and who sees whether they are online. */
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
  async update(caller: Caller, given: GivenReach): Promise<Reach> {
    mustHaveAccount(caller);
    const { allowCallsFrom, showPresence, callWaiting } = given;
    const change = {
      ...(allowCallsFrom == null ? {} : { allowCallsFrom }),
      ...(showPresence == null ? {} : { showPresence }),
      ...(callWaiting == null ? {} : { callWaiting }),
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

  /** Those of these users who let accepted contacts see their presence. */
  async showingPresence(userIds: readonly string[]): Promise<Set<string>> {
    const reaches = await this.ofMany(userIds);
    return new Set(userIds.filter((id) => reaches.get(id)?.showPresence));
  }

  /** What holds for each of these users, by id. */
  async ofMany(userIds: readonly string[]): Promise<Map<string, Reach>> {
    const chosen = await this.#store.findMany(userIds);
    return new Map(userIds.map((id) => [id, { ...DEFAULTS, ...chosen.get(id) }]));
  }

  /** Deletes what a person has chosen, because their account is deleted. */
  async forget(userId: string): Promise<void> {
    await this.#store.deleteByUser(userId);
  }
}
