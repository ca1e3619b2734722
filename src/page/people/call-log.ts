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
  /** The user has seen all that are there. */
  markSeen(): void;
  /** Somebody else is signed in: all is forgotten. */
  begin(): void;
}

/** The server keeps a call a moment after it has told of its end. */
const KEPT_AFTER_MS = 700;
const TRIES = 4;
/** On a device where the calls were never looked at, those of the last day are new. */
const DAY_MS = 86_400_000;

/** @param changed called after each change */
export function callLog(app: App, changed: () => void): CallLog {
  let calls: readonly CallRecord[] = [];
  let [hasMore, loaded] = [false, false];
  let endCursor: string | null = null;
  let seenUntil = '';
  const key = () => `peerql-calls-seen-${app.account?.id ?? ''}`;

  const load = async (after: string | null) => {
    const { account } = app;
    const page = await app.client.people.calls({ after });
    if (account === null || app.account?.id !== account.id) return;
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
      try {
        localStorage.setItem(key(), newest);
      } catch {
        // Storage may be blocked; then they are new again after a reload.
      }
      changed();
    },
    begin() {
      [calls, hasMore, loaded] = [[], false, false];
      seenUntil = stored(key()) ?? new Date(Date.now() - DAY_MS).toISOString();
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

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
