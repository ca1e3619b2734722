import Database from 'libsql';

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
};

type SqliteError = InstanceType<typeof Database.SqliteError>;

/** Whether the error is a problem of the file, and not a wrong statement. */
export function isTrouble(error: unknown): error is SqliteError {
  return error instanceof Database.SqliteError && nameOf(error.code) !== undefined;
}

/** Says what is wrong in plain words, as part of a sentence. */
export function troubleOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return nameOf(error.code) ?? error.message;
  if (!(error instanceof Error)) return String(error);
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'this process may not write there';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error.message.replace(/\.$/, '');
  }
}

// An extended code begins with the primary one: SQLITE_IOERR_WRITE, SQLITE_READONLY_DBMOVED.
function nameOf(code: string): string | undefined {
  return TROUBLES[code.split('_').slice(0, 2).join('_')];
}
