import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of what the server runs from. All files that are read rather than imported are looked up from this one
 * module, so a server that is bundled into one file finds them beside the bundle, in the same folders as here.
 */
export const PACKAGE_FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * The path of a file that the server reads or runs, given relative to {@link PACKAGE_FOLDER}.
 *
 * @throws Error of one sentence if it is missing
 */
export function packageFile(path: string): string {
  const file = join(PACKAGE_FOLDER, path);
  if (existsSync(file)) return file;
  throw new Error(
    `${file} is missing; beside a bundled server it has to be copied from the folder dist of the package peerql.`,
  );
}
