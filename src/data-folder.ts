import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder for data, with any missing parents, readable by the owner only; an existing folder is left as it is.
 * Throws the system's error when it cannot be made.
 */
export function makeDataFolder(folder: string): void {
  // Not with mkdir's `recursive`: it never returns where the system denies that a folder exists, as under /proc.
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeDataFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
