import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makeDataFolder } from '../../data-folder.ts';
import { isTrouble, troubleOf } from './trouble.ts';

/** The file that the server of a data folder has locked. That it is there says nothing: its lock does. */
const LEASE_FILE = 'peerql.lease';

/** A data folder is this server's alone until it is let go of, or the process ends however it may. */
export interface Lease {
  release(): void;
}

/**
 * Takes a data folder. The system itself holds the lock (fcntl, by SQLite) and takes it back from a process that is gone.
 *
 * @throws Error of one sentence where another server has it
 */
export function takeDataFolder(dataDir: string): Lease {
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
    throw new Error(
      taken
        ? `Another server uses the data folder ${dataDir}. Stop that one, or set DATA_DIR to a folder of its own for this one; several servers of one service share a MongoDB and a Redis instead.`
        : `Cannot use the data folder ${dataDir}: ${troubleOf(error)}. Set DATA_DIR to a folder that can be written to.`,
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
