import { hash as argon2Hash } from '@node-rs/argon2';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { Argon2PasswordHasher } from '../../src/crypto/passwords.ts';
import { provePassword } from '../../src/domain/accounts/password-proof.ts';
import type { PasswordHasher } from '../../src/domain/accounts/ports.ts';
import { RateLimitedError } from '../../src/domain/errors.ts';
import { KeptLog } from '../kit/log.ts';

const REAL = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/;

const log = new KeptLog();
const hashers: Argon2PasswordHasher[] = [];

function open(options: { concurrency?: number; queueLimit?: number } = {}): Argon2PasswordHasher {
  const hasher = new Argon2PasswordHasher({ ...options, hashLimits: readConfig({}).limits, log });
  hashers.push(hasher);
  return hasher;
}

afterAll(() => {
  for (const hasher of hashers) hasher.close();
});

describe('the password hasher', () => {
  const hasher = open();

  it('makes Argon2id hashes of 19 MiB and two passes, each with its own salt', async () => {
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(one).toMatch(REAL);
    expect(one).not.toBe(two);
  });

  it('knows the password of a hash, and no other', async () => {
    const hash = await hasher.hash('pässwörd 🔑');
    expect(await hasher.verify(hash, 'pässwörd 🔑')).toBe(true);
    expect(await hasher.verify(hash, 'password')).toBe(false);
    expect(await hasher.verify(hash, '')).toBe(false);
  });

  it('knows hashes made with other parameters, and which of them are weaker', async () => {
    const weak = { memoryCost: 8192, timeCost: 1, parallelism: 1 };
    for (const [options, weaker] of [
      [weak, true],
      [{ ...weak, memoryCost: 19_456 }, true],
      [{ ...weak, timeCost: 2 }, true],
      [{ memoryCost: 19_456, timeCost: 3, parallelism: 2 }, false],
      [{ memoryCost: 32_768, timeCost: 2, parallelism: 1 }, false],
    ] as const) {
      const hash = await argon2Hash('secret', options);
      expect(await hasher.verify(hash, 'secret')).toBe(true);
      expect(hasher.needsRehash(hash)).toBe(weaker);
    }
    expect(hasher.needsRehash(await hasher.hash('secret'))).toBe(false);
    expect(hasher.needsRehash(await argon2Hash('secret', { algorithm: 1 }))).toBe(true);
    expect(hasher.needsRehash('no hash')).toBe(true);
  });

  it('says no for an account that is not there or has no password', async () => {
    for (const hash of [null, '', '!', '$argon2id$v=19$broken']) {
      expect(await hasher.verify(hash, 'secret')).toBe(false);
    }
  });

  it('takes as long for an account that is not there', { timeout: 120_000 }, async () => {
    const hash = await hasher.hash('secret');
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let round = 0; round < 25; round++) {
      known.push(await msOf(() => hasher.verify(hash, 'wrong')));
      unknown.push(await msOf(() => hasher.verify(null, 'wrong')));
    }
    // Medians of interleaved rounds. Without the work the ratio would be far below a tenth.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.6);
    expect(median(unknown) / median(known)).toBeLessThan(1.6);
  });

  it('refuses beyond its queue before any work, and serves the rest in order', async () => {
    const small = open({ concurrency: 1, queueLimit: 3 });
    const finished: number[] = [];
    const calls = Array.from({ length: 10 }, async (_, n) => {
      await small.hash('secret');
      finished.push(n);
    });
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
      ...Array(4).fill(true),
      ...Array(6).fill(false),
    ]);
    for (const result of results.slice(4)) {
      expect(result).toMatchObject({ reason: expect.any(RateLimitedError) });
    }
    expect(finished).toEqual([0, 1, 2, 3]);
    expect(await small.hash('secret')).toMatch(REAL);
  });

  it('never refuses the second form of a password after the first was compared', async () => {
    const small = open({ concurrency: 1, queueLimit: 1 });
    const hash = await small.hash('secret word');
    let others: Promise<unknown>[] = [];
    const crowded: PasswordHasher = {
      hash: (password) => small.hash(password),
      async verify(known, password) {
        const matches = await small.verify(known, password);
        others = [small.hash('of others'), small.hash('of others')];
        return matches;
      },
      verifyFurther: (known, password) => small.verifyFurther(known, password),
      checkQueue: () => small.checkQueue(),
      needsRehash: (known) => small.needsRehash(known),
      readsAllOf: (known, password) => small.readsAllOf(known, password),
    };
    const proof = await provePassword(crowded, hash, 'another\u00a0word');
    expect(proof.matches).toBe(false);
    await Promise.all(others);
  });

  it('frees the place of a call that failed', async () => {
    const small = open({ concurrency: 1, queueLimit: 0 });
    await expect(small.hash(undefined as unknown as string)).rejects.toThrow(TypeError);
    await expect(small.hash('secret')).resolves.toMatch(REAL);
  });
});

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
