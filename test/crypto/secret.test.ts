import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateSecret } from '../../src/crypto/secret.ts';

describe('the secret of the data folder', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'peerql-secret-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is made of 32 random bytes, for the owner alone, and stays', async () => {
    const folder = join(dataDir, 'a', 'b');
    const secret = await loadOrCreateSecret(folder);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateSecret(folder)).toBe(secret);
    expect(await loadOrCreateSecret(dataDir)).not.toBe(secret);
  });

  it('is the same for all who start at once, and leaves nothing else behind', async () => {
    for (let round = 0; round < 10; round++) {
      const folder = join(dataDir, String(round));
      const secrets = await Promise.all(
        Array.from({ length: 12 }, () => loadOrCreateSecret(folder)),
      );
      expect(new Set(secrets).size).toBe(1);
      expect(readFileSync(join(folder, 'jwt-secret'), 'utf8').trim()).toBe(secrets[0]);
      expect(readdirSync(folder)).toEqual(['jwt-secret']);
    }
  });

  it('is never replaced, and refused when it is too short', async () => {
    const path = join(dataDir, 'jwt-secret');
    writeFileSync(path, 'short\n');
    await expect(loadOrCreateSecret(dataDir)).rejects.toThrow(
      `Cannot use the secret in ${path}: it is too short; delete it to get a new one.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('short\n');
  });

  it('is refused with one sentence when the folder cannot be used', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(loadOrCreateSecret(join(file, 'data'))).rejects.toThrow(/^Cannot use the secret/);
  });
});
