import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import AsyncDatabase from 'libsql/promise';
import { DATABASE_FILE } from './file.ts';
import { troubleOf } from './trouble.ts';

/** How long to wait for another process that holds the file, in milliseconds. */
const TIMEOUT_MS = 10_000;
const PROGRESS_MS = 200;

/** Called with the bytes written so far, and about how many there will be. */
export type CopyProgress = (done: number, total: number) => void;

/**
 * Copies the embedded database to `target` as it is at one moment, with SQLite's `VACUUM INTO`. Servers may read and
 * write it meanwhile. Before the copy gets its name it has been checked and flushed to the disk. Only the owner can
 * read it. Resolves to its size in bytes.
 *
 * @throws Error of one sentence if there is no database, the target exists already, or the copy is damaged
 */
export async function backUpSqlite(
  dataDir: string,
  target: string,
  onProgress: CopyProgress = () => {},
): Promise<number> {
  const source = join(dataDir, DATABASE_FILE);
  if (!existsSync(source))
    throw new Error(`There is no database ${source}. Set DATA_DIR to its folder.`);
  if (existsSync(target)) throw new Error(`${target} exists already. Name a new file.`);
  const draft = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    await (await open(draft, 'wx', 0o600)).close();
    await copy(source, draft, onProgress);
    checkIntegrity(draft);
    await sync(draft);
    // Unlike a rename, a link never replaces a file that somebody else has put there.
    await link(draft, target);
    await sync(dirname(target));
    return statSync(target).size;
  } catch (error) {
    throw new Error(`Cannot back up ${source} to ${target}: ${troubleOf(error)}.`, {
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function copy(source: string, draft: string, onProgress: CopyProgress): Promise<void> {
  // The asynchronous interface of libsql does not block this thread, so a timer can watch the progress.
  const db = new AsyncDatabase(source, { timeout: TIMEOUT_MS });
  const total = statSync(source).size;
  const timer = setInterval(() => onProgress(statSync(draft).size, total), PROGRESS_MS);
  try {
    await db.exec(`VACUUM INTO '${draft.replaceAll("'", "''")}'`);
  } finally {
    clearInterval(timer);
    db.close();
  }
}

/** @throws Error that says what is wrong with the file */
export function checkIntegrity(path: string): void {
  const db = new Database(path, { timeout: TIMEOUT_MS });
  try {
    const row = db.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string };
    if (row.integrity_check !== 'ok')
      throw new Error(`the file is damaged (${row.integrity_check})`);
  } finally {
    db.close();
  }
}

/** Waits until a file, or the entries of a folder, are flushed to the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
