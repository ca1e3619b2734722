import { pbkdf2Sync } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { safetyCodeOf } from '../../src/client/safety-code.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';

afterEach(() => vi.unstubAllGlobals());

const random = seededRandom(seedOfRun('safety codes'));
const fingerprint = () => Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));

it('is the same on both sides, and another for any other certificate', async () => {
  const [ann, bob, mallory] = [fingerprint(), fingerprint(), fingerprint()];
  const code = await safetyCodeOf(ann, bob);
  expect(code).toMatch(/^\d{5}( \d{5}){7}$/);
  expect(await safetyCodeOf(bob, ann)).toBe(code);
  expect(await safetyCodeOf(ann, mallory)).not.toBe(code);
  expect(await safetyCodeOf(mallory, bob)).not.toBe(code);
});

it('is what any other program computes: PBKDF2 of each fingerprint, 20 digits of it, sorted', async () => {
  const [ann, bob] = [fingerprint(), fingerprint()];
  const half = (bytes: Uint8Array) => {
    const derived = pbkdf2Sync(bytes, 'peerql safety code 1', 100_000, 16, 'sha256');
    const digits = BigInt(`0x${derived.toString('hex')}`) % 10n ** 20n;
    return String(digits).padStart(20, '0');
  };
  const expected = [half(ann), half(bob)].sort().join('');
  expect((await safetyCodeOf(ann, bob)).replaceAll(' ', '')).toBe(expected);
});

it('is not computed on a page from plain http', async () => {
  vi.stubGlobal('crypto', {});
  await expect(safetyCodeOf(fingerprint(), fingerprint())).rejects.toMatchObject({
    code: 'INSECURE_ORIGIN',
  });
});
