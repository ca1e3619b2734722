import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makeDataFolder } from '../../data-folder.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { StoreLog } from '../store.ts';
import { migrate } from './migrate.ts';
import { isTrouble, troubleOf } from './trouble.ts';

/** How long a write waits for another process that writes the same file. The process stands still meanwhile. */
const BUSY_TIMEOUT_MS = 2000;

/** The name of the database in the data folder. */
export const DATABASE_FILE = 'peerql.sqlite';

type Value = string | number | null;

/** A prepared statement. Each method rejects with `UnavailableError` when the file cannot be read or written. */
export interface SqliteStatement<Row> {
  first(...values: Value[]): Promise<Row | null>;
  all(...values: Value[]): Promise<Row[]>;
  /** Resolves to how many rows it changed. */
  run(...values: Value[]): Promise<number>;
}

/** One open SQLite file, with its errors turned into the domain's. */
export class SqliteFile {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #log: StoreLog;
  #open = true;

  private constructor(path: string, db: Database.Database, log: StoreLog) {
    this.path = path;
    this.#db = db;
    this.#log = log;
  }

  /**
   * Opens `<dataDir>/peerql.sqlite`, making folder and file when they are missing, readable by the owner alone.
   * Throws an Error of one sentence when the folder cannot be written, the file is damaged, is no database, or was
   * written by a newer version.
   */
  static open(dataDir: string, log: StoreLog): SqliteFile {
    const path = join(dataDir, DATABASE_FILE);
    try {
      makeDataFolder(dataDir);
      // SQLite would make the file readable by everybody; its journal files take over the mode of this one.
      closeSync(openSync(path, 'a', 0o600));
      const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      db.exec('PRAGMA journal_mode = WAL');
      // Each write is on the disk before it resolves, so that it also outlives a loss of power.
      db.exec('PRAGMA synchronous = FULL');
      migrate(db);
      return new SqliteFile(path, db, log);
    } catch (error) {
      const hint = 'Set DATA_DIR to a folder that can be written to';
      throw new Error(`Cannot open the database ${path}: ${troubleOf(error)}. ${hint}.`, {
        cause: error,
      });
    }
  }

  /** Prepares a statement once, to be run many times. */
  statement<Row>(sql: string): SqliteStatement<Row> {
    const statement = this.#db.prepare<Value[][]>(sql);
    return {
      first: async (...values) =>
        this.#attempt(() => (statement.get(values) as Row | undefined) ?? null),
      all: async (...values) => this.#attempt(() => statement.all(values) as Row[]),
      run: async (...values) => this.#attempt(() => statement.run(values).changes),
    };
  }

  /**
   * Throws `UnavailableError` where the file cannot be read, or not be written at this moment. It waits for nobody, the
   * disk included: it writes one page, as only a write finds a full disk, and does not have it flushed.
   */
  probe(): void {
    this.#attempt(() => {
      this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL');
      try {
        // Nobody reads this number; writing it changes the first page.
        this.#db.exec('PRAGMA application_id = 0');
      } finally {
        this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = FULL`);
      }
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      // Prepared statements keep the file open until they are collected, so SQLite's own checkpoint may come late.
      this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    } catch (error) {
      this.#log.warn({ reason: troubleOf(error) }, 'the journal is left to the next start');
    }
    this.#db.close();
  }

  #attempt<T>(work: () => T): T {
    if (!this.#open) throw new UnavailableError('The store is closed.');
    try {
      return work();
    } catch (error) {
      if (!isTrouble(error)) throw error;
      this.#log.warn(
        { code: error.code, reason: troubleOf(error) },
        'the database does not answer',
      );
      throw new UnavailableError('The database cannot be read or written; try again in a moment.', {
        cause: error,
      });
    }
  }
}

/** Whether `error` says that a unique index refused a row, for example `accounts.email`. */
export function isDuplicate(error: unknown, column: string): boolean {
  return (
    error instanceof Database.SqliteError &&
    error.code === 'SQLITE_CONSTRAINT_UNIQUE' &&
    error.message.includes(column)
  );
}
