import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { ScriptCalls } from '../../src/redis/script-calls.ts';

const script = { digest: 'digest', source: 'source' };

/** A Redis that answers in order, when it is told to, and what has taken effect there. */
class ScriptedRedis {
  knows = false;
  readonly done: string[] = [];
  #asked: (() => void)[] = [];

  readonly client = {
    evalsha: (_: string, __: number, key: string, what: string) =>
      this.#ask(`${key} ${what}`, false),
    eval: (_: string, __: number, key: string, what: string) => this.#ask(`${key} ${what}`, true),
  } as unknown as Redis;

  /** Answers all that it was asked before. */
  async answer(how: (index: number) => void = () => {}): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    for (const [index, one] of asked.entries()) {
      how(index);
      one();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  #ask(what: string, bySource: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#asked.push(() => {
        if (!this.knows && !bySource) return reject(new Error('NOSCRIPT No matching script.'));
        this.knows = true;
        this.done.push(what);
        resolve(what);
      });
    });
  }
}

test('scripts that were forgotten are run by their sources, in order, and before what is called later', async () => {
  const redis = new ScriptedRedis();
  const calls = new ScriptCalls(redis.client);
  const first = [calls.call(script, ['room'], ['1']), calls.call(script, ['room'], ['2'])];
  await redis.answer();
  const later = calls.call(script, ['room'], ['3']);
  await redis.answer();
  await redis.answer();
  await Promise.all([...first, later]);
  expect(redis.done).toEqual(['room 1', 'room 2', 'room 3']);
});

test('another server brings the script back between two calls: the first one is not run after the second', async () => {
  const redis = new ScriptedRedis();
  const calls = new ScriptCalls(redis.client);
  const first = calls.call(script, ['room'], ['1']);
  const other = calls.call(script, ['other'], ['1']);
  const second = calls.call(script, ['room'], ['2']);
  const outcomes = Promise.allSettled([first, other, second]);
  await redis.answer((index) => {
    redis.knows = index === 2;
  });
  await redis.answer();
  await redis.answer();
  const [refused, ...done] = await outcomes;
  expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(UnavailableError) });
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(redis.done).toEqual(['room 2', 'other 1']);
  // And calls go on.
  const next = calls.call(script, ['room'], ['3']);
  await redis.answer();
  expect(await next).toBe('room 3');
});
