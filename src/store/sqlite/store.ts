import type { Store, StoreContext } from '../store.ts';
import { sqliteAccounts } from './accounts.ts';
import { SqliteFile } from './file.ts';
import { sqliteOneTimeTokens } from './one-time-tokens.ts';
import { sqliteRooms } from './rooms.ts';
import { sqliteSessions } from './sessions.ts';
import { sqliteWebhooks } from './webhooks.ts';

/**
 * The embedded store: one SQLite file in `dataDir`, for one server. Rejects with an Error of one sentence when the
 * folder or the file cannot be used.
 */
export async function openSqliteStore(
  dataDir: string,
  { clock, log }: StoreContext,
): Promise<Store> {
  const file = SqliteFile.open(dataDir, log);
  return {
    accounts: sqliteAccounts(file),
    sessions: sqliteSessions(file, clock),
    oneTimeTokens: sqliteOneTimeTokens(file, clock),
    rooms: sqliteRooms(file, clock),
    webhooks: sqliteWebhooks(file),
    description: `SQLite in ${file.path}`,
    ping: () => file.probe(),
    close: () => file.close(),
  };
}
