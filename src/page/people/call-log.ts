import type { CallRecord, User } from '../../client/index.ts';
import type { App } from '../app.ts';
import { wordsFor } from '../words.ts';

/** The past calls of the user, newest first, and which of them are new. */
export interface CallLog {
  readonly calls: readonly CallRecord[];
  readonly hasMore: boolean;
  /** False before the first answer of the server. */
  readonly loaded: boolean;
  /** Calls after this moment are new, RFC 3339. */
  readonly seenUntil: string;
  /** How many calls the user has missed since then. */
  readonly missed: number;
  /** Asks again; with the id of a call that has just ended, until it is there. */
  refresh(endedId?: string): Promise<void>;
  /** Adds older ones. */
  more(): Promise<void>;
  /** The user has seen all that are there; their other devices are told. */
  markSeen(): void;
  /** The user has seen calls on another device: asks which. */
  seenElsewhere(): Promise<void>;
  /** Somebody else is signed in: all is forgotten. */
  begin(): void;
}

/** The server keeps a call a moment after it has told of its end. */
const KEPT_AFTER_MS = 700;
const TRIES = 4;
/** If the user has never looked at their calls, those of the last day are new. */
const DAY_MS = 86_400_000;

/** @param changed called after each change */
export function callLog(app: App, changed: () => void): CallLog {
  let calls: readonly CallRecord[] = [];
  let [hasMore, loaded] = [false, false];
  let endCursor: string | null = null;
  let seenUntil = '';
  /** The newest call that was seen here; empty: none. */
  let seenHere = '';
  const { people } = app.client;

  const save = (until: string) => {
    // If it fails, it is tried again when the calls are loaded again.
    people.markCallsSeen(until).catch(() => {});
  };
  const askSeen = async (accountId: string) => {
    // A server of a version before does not know it.
    const known = (await people.callsSeenUntil().catch(() => null)) ?? '';
    if (app.account?.id !== accountId) return;
    if (known > seenUntil) seenUntil = known;
    else if (seenHere > known) save(seenHere);
  };
  const load = async (after: string | null) => {
    const { account } = app;
    if (account === null) return;
    const [page] = await Promise.all([
      people.calls({ after }),
      after === null ? askSeen(account.id) : undefined,
    ]);
    if (app.account?.id !== account.id) return;
    calls = after === null ? page.calls : [...calls, ...page.calls];
    ({ hasNextPage: hasMore, endCursor } = page);
    loaded = true;
    changed();
  };

  return {
    get calls() {
      return calls;
    },
    get hasMore() {
      return hasMore;
    },
    get loaded() {
      return loaded;
    },
    get seenUntil() {
      return seenUntil;
    },
    get missed() {
      const id = app.account?.id ?? '';
      return calls.filter((call) => call.createdAt > seenUntil && isMissed(call, id)).length;
    },
    async refresh(endedId) {
      try {
        for (let tries = 0; tries < TRIES; tries += 1) {
          await load(null);
          if (endedId === undefined || calls.some(({ id }) => id === endedId)) return;
          await new Promise((resolve) => setTimeout(resolve, KEPT_AFTER_MS));
        }
      } catch {
        // There is no connection; with the next one it is asked again.
      }
    },
    async more() {
      try {
        await load(endCursor);
      } catch (error) {
        app.toast(wordsFor(error));
      }
    },
    markSeen() {
      const newest = calls[0]?.createdAt ?? '';
      if (newest <= seenUntil) return;
      seenUntil = newest;
      seenHere = newest;
      save(newest);
      changed();
    },
    async seenElsewhere() {
      await askSeen(app.account?.id ?? '');
      changed();
    },
    begin() {
      [calls, hasMore, loaded, seenHere] = [[], false, false, ''];
      seenUntil = new Date(Date.now() - DAY_MS).toISOString();
      changed();
    },
  };
}

/** Whether somebody called the user in vain. Whom the user has declined, they have not missed. */
export function isMissed(call: CallRecord, userId: string): boolean {
  const state = call.legs.find(({ user }) => user.id === userId)?.state;
  return state !== undefined && state !== 'ACCEPTED' && state !== 'DECLINED';
}

/** The people in a call besides the user. */
export function othersIn({ caller, legs }: CallRecord, userId: string): readonly User[] {
  return [caller, ...legs.map(({ user }) => user)].filter(({ id }) => id !== userId);
}
