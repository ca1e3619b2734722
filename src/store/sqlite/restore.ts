import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { chmod, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import AsyncDatabase from 'libsql/promise';
import { makeDataFolder } from '../../data-folder.ts';
import { checkIntegrity } from './backup.ts';
import { DATABASE_FILE } from './file.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { troubleOf } from './trouble.ts';

/** How long to wait for another process that writes the file, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** How much a database holds. */
export interface Holdings {
  readonly accounts: number;
  readonly rooms: number;
}

/**
 * Replaces the accounts and rooms in the data folder with those of a backup, all or nothing, in one transaction, so
 * that running servers never see a part of it. A backup of an older version is first migrated to this version's schema.
 * Sessions and mailed links are not restored, because those that ended since the backup must not become valid again.
 * Resolves to the new counts.
 *
 * @throws Error of one sentence if the backup is damaged or not a backup, or the data folder cannot be written
 */
export async function restoreSqlite(dataDir: string, backup: string): Promise<Holdings> {
  const target = join(dataDir, DATABASE_FILE);
  const draft = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    makeDataFolder(dataDir);
    copyFileSync(backup, draft);
    await chmod(draft, 0o600);
    const holdings = prepare(draft);
    if (existsSync(target)) await replaceRows(target, draft);
    else await link(draft, target);
    return holdings;
  } catch (error) {
    throw new Error(`Cannot restore ${backup} to ${target}: ${troubleOf(error)}.`, {
      cause: error,
    });
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal'])
      await rm(draft + suffix, { force: true });
  }
}

/** How much the data folder holds; null if there is no database. @throws Error of one sentence if it cannot be read */
export function holdingsOf(dataDir: string): Holdings | null {
  const path = join(dataDir, DATABASE_FILE);
  if (!existsSync(path)) return null;
  const db = new Database(path, { timeout: TIMEOUT_MS });
  try {
    return count(db);
  } catch (error) {
    const mend = 'Stop the server, move this file and the files beside it away, and try again';
    throw new Error(`Cannot read ${path}: ${troubleOf(error)}. ${mend}.`, { cause: error });
  } finally {
    db.close();
  }
}

function prepare(draft: string): Holdings {
  checkIntegrity(draft);
  const db = new Database(draft);
  try {
    if (schemaVersion(db) === 0) throw new Error('it is not a backup of PeerQL');
    migrate(db);
    db.exec('DELETE FROM sessions; DELETE FROM one_time_tokens');
    return count(db);
  } finally {
    db.close();
  }
}

async function replaceRows(target: string, draft: string): Promise<void> {
  const tables = bringUpToDate(target);
  const db = new AsyncDatabase(target, { timeout: TIMEOUT_MS });
  try {
    await db.exec(`ATTACH '${draft.replaceAll("'", "''")}' AS backup`);
    const steps = tables.map(({ name, columns }) => {
      const list = columns.join(', ');
      return `DELETE FROM main.${name}; INSERT INTO main.${name} (${list}) SELECT ${list} FROM backup.${name};`;
    });
    // In one call, so that nothing else of this process runs in between. If it fails, closing the file rolls it back.
    await db.exec(`BEGIN IMMEDIATE;\n${steps.join('\n')}\nCOMMIT;`);
  } finally {
    db.close();
  }
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Migrates the database, and answers which tables it has after that. */
function bringUpToDate(path: string): Table[] {
  const db = new Database(path, { timeout: TIMEOUT_MS });
  try {
    migrate(db);
    const names = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all() as { name: string }[];
    return names.map(({ name }) => {
      const columns = db.prepare(`PRAGMA table_info(${name})`).all() as { name: string }[];
      return { name, columns: columns.map((column) => column.name) };
    });
  } finally {
    db.close();
  }
}

function count(db: Database.Database): Holdings {
  const rows = (table: string) =>
    (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  return { accounts: rows('accounts'), rooms: rows('rooms') };
}
