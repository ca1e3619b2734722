import { closeSync, openSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { makeDataFolder } from '../../data-folder.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { RareLines } from '../../domain/rare-lines.ts';
import type { StoreContext, StoreLog } from '../store.ts';
import { FileThread, type Value } from './file-thread.ts';
import { migrate } from './migrate.ts';
import { explain, isTrouble, troubleOf } from './trouble.ts';

/** How long a write waits for another process that writes the same file, in milliseconds. */
const BUSY_TIMEOUT_MS = 2000;

/** How long a probe may take, in milliseconds: less than whoever asks for it waits. */
const PROBE_MS = 2000;

/** The name of the database in the data folder. */
export const DATABASE_FILE = 'peerql.sqlite';

/**
 * A prepared statement. Each method rejects with `UnavailableError` if the file cannot be read or written, or the disk
 * does not answer within ten seconds; what was asked may still be done then.
 */
export interface SqliteStatement<Row> {
  first(...values: Value[]): Promise<Row | null>;
  all(...values: Value[]): Promise<Row[]>;
  /** Resolves to how many rows it changed. */
  run(...values: Value[]): Promise<number>;
}

/** One open SQLite file, with its errors turned into the domain's. A separate thread reads and writes it. */
export class SqliteFile {
  readonly path: string;
  readonly #thread: FileThread;
  readonly #log: StoreLog;
  readonly #lines: RareLines;
  /** The number of the file in its file system. */
  readonly #inode: number;
  #open = true;

  private constructor(path: string, thread: FileThread, { clock, log }: StoreContext) {
    this.path = path;
    this.#inode = statSync(path).ino;
    this.#thread = thread;
    this.#log = log;
    this.#lines = new RareLines(clock);
  }

  /**
   * Opens `<dataDir>/peerql.sqlite`. Folder and file are created if they are missing, readable only by the owner.
   * Throws an Error of one sentence if the folder cannot be written, or the file is damaged, is not a database, or was
   * written by a newer version. If the thread that owns the file ends unexpectedly later, its Error is thrown uncaught:
   * a server without its store has to be restarted.
   */
  static async open(dataDir: string, context: StoreContext): Promise<SqliteFile> {
    const path = join(dataDir, DATABASE_FILE);
    try {
      makeDataFolder(dataDir);
      // SQLite would make the file readable by everybody. Its journal files get the mode of this file.
      closeSync(openSync(path, 'a', 0o600));
      prepare(path);
    } catch (error) {
      const { reason, mend } = await explain(error, path);
      throw new Error(`Cannot open the database ${path}: ${reason}. ${mend}.`, { cause: error });
    }
    const onLost = (error: Error) => {
      throw error;
    };
    const thread = new FileThread({ path, busyMs: BUSY_TIMEOUT_MS, onLost });
    return new SqliteFile(path, thread, context);
  }

  /** A statement that is prepared once, at its first run, and run many times. */
  statement<Row>(sql: string): SqliteStatement<Row> {
    return {
      first: async (...values) =>
        (await this.#attempt({ how: 'first', sql, values })) as Row | null,
      all: async (...values) => (await this.#attempt({ how: 'all', sql, values })) as Row[],
      run: async (...values) => (await this.#attempt({ how: 'run', sql, values })) as number,
    };
  }

  /** @throws UnavailableError with the reason in words, if the file cannot be read or written at this moment, or is gone */
  async probe(): Promise<void> {
    try {
      await this.#thread.run({ how: 'probe' }, PROBE_MS);
    } catch (error) {
      const { reason } = await explain(error, this.path);
      throw new UnavailableError(reason, { cause: error });
    }
    // SQLite goes on with a file that has no name any more: all that is written is lost when the server ends.
    const inode = await stat(this.path).then(
      ({ ino }) => ino,
      () => null,
    );
    if (inode !== this.#inode) {
      throw new UnavailableError(
        'the file was deleted or replaced; stop the server, and restore the file',
      );
    }
  }

  /**
   * Empties the journal, so that it does not contain deleted data. If another process is reading at this moment, a
   * later call or the closing does it.
   */
  async purge(): Promise<void> {
    await this.#attempt({ how: 'purge' });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#thread.close();
    } catch (error) {
      this.#log.warn({ reason: troubleOf(error) }, 'The journal is left for the next start');
    }
  }

  async #attempt(work: Parameters<FileThread['run']>[0]): Promise<unknown> {
    if (!this.#open) throw new UnavailableError('The store is closed.');
    try {
      return await this.#thread.run(work);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      const { code } = error;
      this.#lines.say(code, (times) => {
        const fields = { code, reason: troubleOf(error), times };
        this.#log.warn(fields, 'The database does not answer');
      });
      throw new UnavailableError('The database cannot be read or written; try again in a moment.', {
        cause: error,
      });
    }
  }
}

/** Migrates the file to this version's schema, before any request is served. */
function prepare(path: string): void {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON');
    migrate(db);
  } finally {
    db.close();
  }
}

/** Whether a unique index refused a row. A primary key that is taken is another error. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE';
}
