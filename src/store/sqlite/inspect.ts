import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'libsql';
import { checkIntegrity } from './backup.ts';
import { DATABASE_FILE } from './file.ts';
import { SCHEMA_VERSION, schemaVersion } from './migrate.ts';
import { isTrouble, troubleOf } from './trouble.ts';

const BUSY_TIMEOUT_MS = 2000;
/** What the files beside a database take at least. */
const JOURNAL_BYTES = 64 * 2 ** 10;

/** What can be found out about an embedded database without changing anything. */
export interface SqliteInspection {
  readonly path: string;
  /** Null if the file does not exist yet. */
  readonly schema: number | null;
  /** The schema that this version writes. */
  readonly ownSchema: number;
  /** When a session was last used, in milliseconds since the Unix epoch; null if none ever was. */
  readonly lastUsedAt: number | null;
  /** Free space on the disk, in bytes. */
  readonly freeBytes: number;
}

/**
 * Checks that the embedded database can be read and written, and is not damaged. Changes nothing.
 *
 * @throws Error whose message is part of a sentence
 */
export function inspectSqlite(dataDir: string): SqliteInspection {
  const path = join(dataDir, DATABASE_FILE);
  try {
    const found = { path, ownSchema: SCHEMA_VERSION, freeBytes: freeBytesOf(dataDir) };
    if (!existsSync(path)) {
      const folder = nearest(dataDir);
      if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
      accessSync(folder, constants.W_OK);
      return { ...found, schema: null, lastUsedAt: null };
    }
    // SQLite would open a file that it may not write only to read it, and would not say so.
    for (const each of [path, dataDir]) accessSync(each, constants.W_OK);
    checkIntegrity(path);
    return { ...found, ...read(path) };
  } catch (error) {
    // Not even a database that is only read opens without its journal. Nothing is written here to find that out.
    const isFull = isTrouble(error) && freeBytesOf(dataDir) < JOURNAL_BYTES;
    throw new Error(isFull ? 'the disk is full' : troubleOf(error), { cause: error });
  }
}

function freeBytesOf(dataDir: string): number {
  const { bavail, bsize } = statfsSync(nearest(dataDir));
  return bavail * bsize;
}

function read(path: string): Pick<SqliteInspection, 'schema' | 'lastUsedAt'> {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Takes the write lock, but writes nothing.
    db.exec('BEGIN IMMEDIATE');
    db.exec('ROLLBACK');
    const schema = schemaVersion(db);
    if (schema === 0) return { schema, lastUsedAt: null };
    const row = db.prepare('SELECT max(last_seen_at) AS at FROM sessions').get() as {
      at: number | null;
    };
    return { schema, lastUsedAt: row.at };
  } finally {
    db.close();
  }
}

/** The folder, or its nearest parent that exists, in which it would be created. */
function nearest(folder: string): string {
  const path = resolve(folder);
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
