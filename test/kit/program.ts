import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program: the one in an environment variable, or else the first of `names` on the PATH, or else `kept`;
 * null when there is none, or when the one in the variable cannot be run.
 */
export function findProgram(
  variable: string,
  names: readonly string[],
  kept?: string,
): string | null {
  const named = process.env[variable];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const places = named ? [named] : [...onPath, ...(kept === undefined ? [] : [kept])];
  return places.find(isExecutable) ?? null;
}

/** Like {@link findProgram}; without a program it prints one line and returns null, and under CI it throws. */
export function findOrSkip(
  variable: string,
  names: readonly string[],
  how: string,
  kept?: string,
): string | null {
  const found = findProgram(variable, names, kept);
  if (found !== null) return found;
  const named = process.env[variable];
  const line = named ? `${variable}=${named} is no program that can be run` : how;
  if (process.env.CI === 'true') throw new Error(line);
  console.warn(`\n*** SKIPPED: ${line} ***\n`);
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
