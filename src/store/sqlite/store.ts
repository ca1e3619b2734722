import { UnavailableError } from '../../domain/errors.ts';
import type { Store, StoreContext } from '../store.ts';
import { sqliteAccounts } from './accounts.ts';
import { sqliteCalls } from './calls.ts';
import { ClockWatch } from './clock-watch.ts';
import { sqliteContacts } from './contacts.ts';
import { SqliteFile } from './file.ts';
import { sqliteOneTimeTokens } from './one-time-tokens.ts';
import { sqliteOutsideTokens } from './outside-tokens.ts';
import { sqlitePushSubscriptions } from './push-subscriptions.ts';
import { sqliteReach } from './reach.ts';
import { sqliteRooms } from './rooms.ts';
import { sqliteServerKeys } from './server-keys.ts';
import { sqliteSessions } from './sessions.ts';
import { troubleOf } from './trouble.ts';
import { sqliteWebhooks } from './webhooks.ts';

/**
 * The embedded store: one SQLite file in `dataDir`, for one server. Rejects with an Error of one sentence if the folder
 * or the file cannot be used.
 */
export async function openSqliteStore(
  dataDir: string,
  { clock, log }: StoreContext,
): Promise<Store> {
  const file = SqliteFile.open(dataDir, log);
  const watch = new ClockWatch(clock);
  return {
    accounts: sqliteAccounts(file),
    sessions: sqliteSessions(file, clock),
    oneTimeTokens: sqliteOneTimeTokens(file, clock),
    outsideTokens: sqliteOutsideTokens(file, clock),
    rooms: sqliteRooms(file, clock),
    webhooks: sqliteWebhooks(file),
    contacts: sqliteContacts(file),
    reach: sqliteReach(file),
    calls: sqliteCalls(file),
    pushSubscriptions: sqlitePushSubscriptions(file, clock),
    serverKeys: sqliteServerKeys(file),
    description: `SQLite in ${file.path}`,
    clockDoubt: async () => (watch.wasSet() ? 'The clock of this machine was set' : null),
    async ping() {
      try {
        await file.probe();
      } catch (error) {
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        throw new UnavailableError(troubleOf(cause), { cause: error });
      }
    },
    close: () => file.close(),
  };
}
