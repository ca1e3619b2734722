import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../package-file.ts';

/** A Lua script. Redis calls it by its digest once it knows it. */
export class Script {
  readonly digest: string;

  constructor(readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** Joins several files of a folder of the package into one script. */
  static read(folder: string, names: readonly string[]): Script {
    const sources = names.map((name) => readFileSync(packageFile(`${folder}/${name}.lua`), 'utf8'));
    return new Script(sources.join('\n'));
  }
}
