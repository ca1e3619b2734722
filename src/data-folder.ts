import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder for data, with those above it that are missing, for the owner alone; one that is there stays as it is.
 * Throws the system's error when it cannot be made.
 */
export function makeDataFolder(folder: string): void {
  // Not by `recursive` of `mkdir`: it never ends where the system denies that a folder exists, as it does under /proc.
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeDataFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
