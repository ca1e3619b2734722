import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script, named by its digest once Redis knows it. */
export class Script {
  readonly digest: string;

  constructor(readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** Reads a script from the `scripts` folder beside the file of `importMetaUrl`. */
  static read(name: string, importMetaUrl: string): Script {
    return new Script(readFileSync(new URL(`./scripts/${name}.lua`, importMetaUrl), 'utf8'));
  }
}
