import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script, named by its digest once Redis knows it. */
export class Script {
  readonly digest: string;

  constructor(readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** One script of what stands in several files, in the `scripts` folder beside the file of `importMetaUrl`. */
  static read(names: readonly string[], importMetaUrl: string): Script {
    const sources = names.map((name) =>
      readFileSync(new URL(`./scripts/${name}.lua`, importMetaUrl), 'utf8'),
    );
    return new Script(sources.join('\n'));
  }
}
