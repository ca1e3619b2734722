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
