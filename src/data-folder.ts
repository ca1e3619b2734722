import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder for data, with any missing parents, readable by the owner only; an existing folder is left as it is.
 * Throws the system's error if it cannot be created.
 */
export function makeDataFolder(folder: string): void {
  // mkdir's `recursive` is not used: it never returns where the system reports a folder as missing although it exists,
  // as under /proc.
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeDataFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Why the system refuses a file or a folder, as part of a sentence, and what an operator can do, as a sentence. */
export interface FolderTrouble {
  readonly reason: string;
  readonly mend: string;
}

const ELSEWHERE = 'set DATA_DIR to a folder that can be written to';
const FREE_SPACE = `Free some space, or ${ELSEWHERE}`;

/** By the codes of the system's errors. */
const TROUBLES: Readonly<Record<string, FolderTrouble>> = {
  EROFS: { reason: 'the file system is read-only', mend: `Mount it writable, or ${ELSEWHERE}` },
  ENOSPC: { reason: 'the disk is full', mend: FREE_SPACE },
  EDQUOT: { reason: 'the disk quota is used up', mend: FREE_SPACE },
  EFBIG: {
    reason: 'this process may not write files of this size',
    mend: 'Raise its limit (ulimit -f)',
  },
  EIO: { reason: 'the disk reports an error', mend: `Check the disk, or ${ELSEWHERE}` },
  EISDIR: { reason: 'there is a folder of this name', mend: 'Move it away' },
  ENOTDIR: { reason: 'a part of its path is not a folder', mend: capital(ELSEWHERE) },
  EEXIST: { reason: 'something else has this name', mend: `Move it away, or ${ELSEWHERE}` },
};

/** What keeps this process from a file or a folder; null if it is no error of the system, or an unusual one. */
export function folderTrouble(error: unknown): FolderTrouble | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return null;
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return forbidden('path' in error && typeof error.path === 'string' ? error.path : null);
  }
  return TROUBLES[error.code] ?? null;
}

/** The owner is named: folders of containers often belong to another user than the one who runs the server. */
function forbidden(path: string | null): FolderTrouble {
  const user = process.getuid?.();
  const found = path === null ? null : nearest(path);
  const owner = found === null ? undefined : statSync(found, { throwIfNoEntry: false })?.uid;
  if (user === undefined || owner === undefined || owner === user) {
    const mend = `Change its permissions (chmod -R u+rwX), or ${ELSEWHERE}`;
    return { reason: 'this process may not write there', mend };
  }
  return {
    reason: `${found} belongs to user ${owner}, and this server runs as user ${user}`,
    mend: `Give the data folder to that user (chown -R ${user}), or ${ELSEWHERE}`,
  };
}

/** The file or folder, or the nearest one above it that exists and can be seen. */
function nearest(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearest(above);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
