import type { Database } from 'libsql';
import { accountsSessionsRooms } from './migrations/0001-accounts-sessions-rooms.ts';
import { oneTimeTokens } from './migrations/0002-one-time-tokens.ts';
import { disabledAccounts } from './migrations/0003-disabled-accounts.ts';
import { roomAccess } from './migrations/0004-room-access.ts';
import { guests } from './migrations/0005-guests.ts';
import { webhooks } from './migrations/0006-webhooks.ts';
import { roomsByAge } from './migrations/0007-rooms-by-age.ts';
import { relayOnly } from './migrations/0008-relay-only.ts';
import { outsidePeople } from './migrations/0009-outside-people.ts';
import { roomSettings } from './migrations/0010-room-settings.ts';
import { people } from './migrations/0011-people.ts';
import { callWaiting } from './migrations/0012-call-waiting.ts';
import { callsSeen } from './migrations/0013-calls-seen.ts';

/** In order; number `n` brings a file from `user_version` n - 1 to n. New ones are only appended. */
export const migrations: readonly string[] = [
  accountsSessionsRooms,
  oneTimeTokens,
  disabledAccounts,
  roomAccess,
  guests,
  webhooks,
  roomsByAge,
  relayOnly,
  outsidePeople,
  roomSettings,
  people,
  callWaiting,
  callsSeen,
];

/** The `user_version` that this version writes. */
export const SCHEMA_VERSION = migrations.length;

/**
 * Brings the file to this version's schema, all or nothing. Takes the write lock even if there is nothing to do, so
 * that a file that cannot be written is noticed at opening. Throws if a newer version has written the file.
 */
export function migrate(db: Database): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = schemaVersion(db);
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `it was written by a newer version (schema ${version}, this one knows ${SCHEMA_VERSION})`,
      );
    }
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec('COMMIT');
  } catch (error) {
    // After some errors, such as a full disk, SQLite has already rolled back.
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The schema version of a file; 0 for an empty one. */
export function schemaVersion(db: Database): number {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}
