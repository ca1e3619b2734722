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
import { sqliteWebhooks } from './webhooks.ts';

/**
 * The embedded store: one SQLite file in `dataDir`, for one server. Rejects with an Error of one sentence if the folder
 * or the file cannot be used.
 */
export async function openSqliteStore(dataDir: string, context: StoreContext): Promise<Store> {
  const { clock } = context;
  const file = await SqliteFile.open(dataDir, context);
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
    ping: () => file.probe(),
    close: () => file.close(),
  };
}
