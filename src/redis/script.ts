import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script. Redis calls it by its digest once it knows it. */
export class Script {
  readonly digest: string;

  constructor(readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** Joins several files of the `scripts` folder beside the file of `importMetaUrl` into one script. */
  static read(names: readonly string[], importMetaUrl: string): Script {
    const sources = names.map((name) =>
      readFileSync(new URL(`./scripts/${name}.lua`, importMetaUrl), 'utf8'),
    );
    return new Script(sources.join('\n'));
  }
}
