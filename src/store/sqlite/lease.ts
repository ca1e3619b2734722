import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makeDataFolder } from '../../data-folder.ts';
import { explain, isTrouble } from './trouble.ts';

/** The file that the server of a data folder has locked. Only the lock counts, not whether the file exists. */
const LEASE_FILE = 'peerql.lease';

/** Keeps a data folder for this server alone, until it is released or the process ends in any way. */
export interface Lease {
  release(): void;
}

/**
 * Takes a data folder. The operating system holds the lock (fcntl, by SQLite) and releases it when the process ends.
 *
 * @throws Error of one sentence if another server has it
 */
export async function takeDataFolder(dataDir: string): Promise<Lease> {
  const path = join(dataDir, LEASE_FILE);
  let db: Database.Database | null = null;
  try {
    makeDataFolder(dataDir);
    closeSync(openSync(path, 'a', 0o600));
    db = new Database(path, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const taken = isTrouble(error) && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
    const { reason, mend } = await explain(error, path);
    throw new Error(
      taken
        ? `Another server uses the data folder ${dataDir}. Stop that server, or set DATA_DIR to another folder for this one. Several servers of one service share a MongoDB and a Redis instead.`
        : `Cannot use the data folder ${dataDir}: ${reason}. ${mend}.`,
      { cause: error },
    );
  }
  const held = db;
  return {
    release() {
      if (!held.open) return;
      held.exec('ROLLBACK');
      held.close();
    },
  };
}
