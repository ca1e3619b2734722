import { access, constants, open, rm } from 'node:fs/promises';
import Database from 'libsql';
import { type FolderTrouble, folderTrouble } from '../../data-folder.ts';

/** Problems of the file, as opposed to a wrong statement. */
const TROUBLES: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another process is writing it',
  SQLITE_LOCKED: 'another process is writing it',
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'it cannot be written',
  SQLITE_CANTOPEN: 'it cannot be opened',
  SQLITE_PERM: 'access is denied',
  SQLITE_IOERR: 'the disk reports an error',
  SQLITE_CORRUPT: 'the file is damaged; restore it from a backup',
  SQLITE_NOTADB: 'the file is damaged or not a SQLite database; restore it from a backup',
  SQLITE_PROTOCOL: 'another process is writing it',
  // Not a code of SQLite: its thread has not answered in time.
  SQLITE_LATE: 'the disk does not answer',
};
/** What SQLite says when it does not tell all about why the system refuses to write. */
const UNEXPLAINED = /^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|FULL)$/;
/** The primary codes of SQLite by number (sqlite.org/rescode.html): libsql does not name every extended one. */
const NUMBERS: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  26: 'SQLITE_NOTADB',
};
const TRIAL_BYTES = 4096;

type SqliteError = InstanceType<typeof Database.SqliteError>;

/** Whether the error is a problem of the file, and not a wrong statement. */
export function isTrouble(error: unknown): error is SqliteError {
  return error instanceof Database.SqliteError && TROUBLES[primaryOf(error)] !== undefined;
}

/** The thread of a file has not answered in time: the disk stands still. */
export function lateError(): Error {
  return new Database.SqliteError('no answer in time', 'SQLITE_LATE', 0);
}

export function isLate(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === 'SQLITE_LATE';
}

/** Says what is wrong in plain words, as part of a sentence. */
export function troubleOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return TROUBLES[primaryOf(error)] ?? error.message;
  if (!(error instanceof Error)) return String(error);
  return folderTrouble(error)?.reason ?? error.message.replace(/\.$/, '');
}

/** As {@link troubleOf}, with what the system says about a file that SQLite cannot write, and with what to do. */
export async function explain(error: unknown, path: string): Promise<FolderTrouble> {
  const isUnexplained = error instanceof Database.SqliteError && UNEXPLAINED.test(primaryOf(error));
  const told = folderTrouble(isUnexplained ? await tryWriting(path) : error);
  const mend = 'Set DATA_DIR to a folder that can be written to';
  return told ?? { reason: troubleOf(error), mend };
}

/** Writes some bytes beside a file, and removes them. Resolves to what the system says against it; null: nothing. */
async function tryWriting(path: string): Promise<unknown> {
  const trial = `${path}.trial`;
  try {
    const file = await open(trial, 'w', 0o600);
    try {
      await file.write(Buffer.alloc(TRIAL_BYTES));
    } finally {
      await file.close();
      await rm(trial, { force: true });
    }
    await access(path, constants.W_OK);
    return null;
  } catch (error) {
    return error;
  }
}

// An extended code begins with the primary one: SQLITE_IOERR_WRITE, SQLITE_READONLY_DBMOVED. Others are numbers, whose
// last byte is the primary one; an error at the opening has its number in its text.
function primaryOf({ code, message }: SqliteError): string {
  const number = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code) ?? /: (\d+)"?\)$/.exec(message);
  if (!code.startsWith('SQLITE_') && number !== null)
    return NUMBERS[Number(number[1]) & 0xff] ?? code;
  return code.split('_').slice(0, 2).join('_');
}
