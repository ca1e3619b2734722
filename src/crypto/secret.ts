import { createHash, randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderTrouble, makeDataFolder } from '../data-folder.ts';
import { messageOf } from '../domain/errors.ts';

const SECRET_BYTES = 32;

/**
 * The secret in `<dataDir>/jwt-secret`: 32 random bytes in base64url, made at the first call and readable only by the
 * owner. If several processes make it at once, one wins, and all resolve to the same secret. Rejects with an Error of
 * one sentence if the file cannot be made or read, or has less than 32 characters.
 */
export async function loadOrCreateSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'jwt-secret');
  try {
    const secret = (await readIfThere(path)) ?? (await create(dataDir, path));
    if (secret.length < SECRET_BYTES)
      throw new Error('it is too short; delete it to get a new one');
    return secret;
  } catch (error) {
    const message = messageOf(error);
    const mend = isOfSystem(error) ? 'Set DATA_DIR to a folder that can be written to' : null;
    const trouble = folderTrouble(error) ?? { reason: message, mend };
    const hint = trouble.mend === null ? '' : ` ${trouble.mend}.`;
    throw new Error(`Cannot use the secret in ${path}: ${trouble.reason}.${hint}`, {
      cause: error,
    });
  }
}

/**
 * The key of a configured secret. HS256 requires 32 bytes (RFC 7518 §3.2), so a shorter secret is hashed to that
 * length.
 */
export function signingKey(secret: string): string {
  if (Buffer.byteLength(secret) >= SECRET_BYTES) return secret;
  return createHash('sha256').update(secret).digest('base64url');
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function create(dataDir: string, path: string): Promise<string> {
  makeDataFolder(dataDir);
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(SECRET_BYTES).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link never replaces a file of another process, and the file appears with its content.
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
