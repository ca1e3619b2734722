import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../src/domain/clock.ts';
import { packageFile } from '../../src/package-file.ts';

/**
 * Makes scripts read a clock of the test instead of Redis' clock, and changes nothing else. A test file mocks
 * src/redis/script.ts with this module.
 */
let clock: Clock | null = null;

/** From now on scripts use this clock; with null they use Redis' clock again. */
export function redisTimeBy(given: Clock | null): void {
  clock = given;
}

export class Script {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get source(): string {
    if (clock === null) return this.#source;
    const now = clock.now();
    const time = `{ '${Math.floor(now / 1000)}', '${(now % 1000) * 1000}' }`;
    return this.#source.replaceAll("redis.call('TIME')", time);
  }

  get digest(): string {
    return createHash('sha1').update(this.source).digest('hex');
  }

  static read(folder: string, names: readonly string[]): Script {
    const sources = names.map((name) => readFileSync(packageFile(`${folder}/${name}.lua`), 'utf8'));
    return new Script(sources.join('\n'));
  }
}
