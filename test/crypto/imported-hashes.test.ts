import { scryptSync } from 'node:crypto';
import { hash as argon2Hash } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { Argon2PasswordHasher } from '../../src/crypto/passwords.ts';
import {
  costProblem,
  importedHash,
  parsePasswordHash,
} from '../../src/domain/accounts/password-hash.ts';
import { KeptLog } from '../kit/log.ts';

const NODE = { cost: 16_384, blockSize: 8, parallelization: 1 };
const PASSWORD = 'pässwörd 🔑';

const log = new KeptLog();
const hashers: Argon2PasswordHasher[] = [];

function open(env: Record<string, string> = {}): Argon2PasswordHasher {
  const hasher = new Argon2PasswordHasher({ hashLimits: readConfig(env).limits, log });
  hashers.push(hasher);
  return hasher;
}

afterAll(() => {
  for (const hasher of hashers) hasher.close();
});

/** What other programs wrote, with the password that it is of. */
const vectors: [string, string, string][] = [
  // The PHP manual, password_verify.
  [
    'bcrypt of PHP',
    '$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq',
    'rasmuslerdorf',
  ],
  // The reference implementation of Argon2, by its binding for Node.
  [
    'Argon2d',
    '$argon2d$v=19$m=1024,t=2,p=4$NFaUj8I+xUVVghP6PO4A5Q$wD3hdi+W1TA02UnpF9p8AqpoldNd+V4QQG9qsxsgUVo',
    'password',
  ],
  [
    'Argon2i of the version before',
    '$argon2i$v=16$m=1024,t=2,p=4$ZjwNrWFJfFtPEOwvn+Mp7Q$T1F1hBeafVgd+A8dqCi6dW5ildQXhDXZt5+6ak9Ihso',
    'password',
  ],
  [
    'Argon2id',
    '$argon2id$v=19$m=1024,t=2,p=4$ojWeRVl1brKhEHpn23mttw$Wj1MP+JXBlZ+YGwLYY0z0uRM3So/aRcRM0LT4wRhouY',
    'password',
  ],
  // The README of @phc/scrypt.
  [
    'scrypt as a PHC string',
    '$scrypt$ln=15,r=8,p=1$D/EEcdfcBkj4DQB3zlfsFQ$v9Xsag5AySIY78DFKslBzeRXCUfsLKCZ0Xm4Xwoh+J0',
    'password',
  ],
  // RFC 7914 §12, the third vector.
  [
    'scrypt of RFC 7914',
    `$scrypt$ln=14,r=8,p=1$${b64('SodiumChloride')}$${b64('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887', 'hex')}`,
    'pleaseletmein',
  ],
];

function b64(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('base64').replace(/=+$/, '');
}

test.each(vectors)('%s is verified as it is', async (_, hash, password) => {
  const hasher = open();
  expect(await hasher.verify(hash, password)).toBe(true);
  expect(await hasher.verify(hash, `${password}x`)).toBe(false);
  expect(hasher.needsRehash(hash)).toBe(true);
});

test('bcrypt of each version, Argon2 of each type, and both forms of scrypt in hexadecimal', async () => {
  const hasher = open();
  const salt = '00112233445566778899aabbccddeeff';
  const key = scryptSync(PASSWORD, salt, 64).toString('hex');
  const weak = { memoryCost: 1024, timeCost: 2, parallelism: 1 };
  const hashed = await bcrypt.hash(PASSWORD, 4);
  const hashes = [
    ...['$2a$', '$2b$', '$2y$'].map((version) => version + hashed.slice(4)),
    ...(await Promise.all(
      [0, 1, 2].map((algorithm) => argon2Hash(PASSWORD, { algorithm, ...weak })),
    )),
    `${salt}:${key}`,
    `${key}.${salt}`,
  ];
  for (const text of hashes) {
    const stored = importedHash(text, NODE)?.text ?? '';
    expect(await hasher.verify(stored, PASSWORD), text).toBe(true);
    expect(await hasher.verify(stored, 'another'), text).toBe(false);
  }
  // What Lucia and Better Auth use.
  const theirs = scryptSync(PASSWORD, salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 });
  const stored = importedHash(`${salt}:${theirs.toString('hex')}`, { ...NODE, blockSize: 16 });
  expect(await hasher.verify(stored?.text ?? '', PASSWORD)).toBe(true);
});

test('a bcrypt hash goes with the first 72 bytes of a password, as it always did', async () => {
  const hash = await bcrypt.hash('a'.repeat(72), 4);
  expect(await open().verify(hash, 'a'.repeat(100))).toBe(true);
  expect(await open().verify(hash, 'a'.repeat(71))).toBe(false);
  // Of a password of 72 bytes it does not know whether it was longer.
  const reads = [71, 72, 100].map((length) => open().readsAllOf(hash, 'a'.repeat(length)));
  expect(reads).toEqual([true, false, false]);
});

test.each([
  'secret',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  '$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
  '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW',
  '$argon2id$v=19$m=65536,t=3,p=4,keyid=YWJj$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG',
  '$scrypt$ln=16,r=8,p=1$c29tZXNhbHQ',
  'pbkdf2_sha256$260000$salt$hash',
])('%s is no hash that is known', (text) => {
  expect(importedHash(text, NODE)).toBeNull();
});

const argon2 = (m: number, t: number, p = 1) =>
  `$argon2id$v=19$m=${m},t=${t},p=${p}$${b64('0123456789abcdef')}$${b64('0123456789abcdef0123456789abcdef')}`;
const scrypt = (ln: number, r: number, p: number) =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${b64('0123456789abcdef')}$${b64('0123456789abcdef')}`;
const bcryptOf = (cost: string) => `$2b$${cost}$${'a'.repeat(53)}`;

test.each([
  ['IMPORTED_BCRYPT_COST', '11', bcryptOf('11'), bcryptOf('12')],
  ['IMPORTED_HASH_MIB', '64', argon2(64 * 1024, 1), argon2(64 * 1024 + 1, 1)],
  ['IMPORTED_HASH_MIB', '64', scrypt(16, 8, 1), scrypt(17, 8, 1)],
  ['IMPORTED_HASH_PASSES', '4', argon2(1024, 4), argon2(1024, 5)],
  ['IMPORTED_HASH_PASSES', '4', scrypt(10, 8, 4), scrypt(10, 8, 5)],
])(
  '%s=%s: a hash at it is verified, one past it is not, and the log says why',
  async (variable, value, at, past) => {
    const hasher = open({ [variable]: value });
    log.lines.length = 0;
    await hasher.verify(at, PASSWORD);
    expect(log.lines).toEqual([]);
    expect(await hasher.verify(past, PASSWORD)).toBe(false);
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines[0])).toContain(variable);
    expect(JSON.stringify(log.lines[0])).not.toContain('$');
  },
);

test('a hash that would hold up the server is answered as soon as one of an unknown email', async () => {
  const hasher = open();
  await hasher.verify(null, PASSWORD);
  const began = performance.now();
  for (const hash of [
    bcryptOf('31'),
    argon2(4_000_000_000, 4_000_000_000),
    scrypt(63, 8, 1),
    scrypt(99, 999_999_999, 1),
    argon2(1_000_000, 1, 9_999),
  ]) {
    expect(await hasher.verify(hash, PASSWORD)).toBe(false);
  }
  // Each of them would take minutes, or never end.
  expect(performance.now() - began).toBeLessThan(5000);
});

test('parameters that make no sense are said to be so', () => {
  const limits = readConfig({}).limits;
  for (const text of [
    bcryptOf('00'),
    bcryptOf('99'),
    argon2(0, 1),
    argon2(7, 1),
    argon2(1024, 0),
    argon2(1024, 1, 0),
    scrypt(0, 8, 1),
    scrypt(14, 0, 1),
    scrypt(14, 8, 0),
  ]) {
    const hash = parsePasswordHash(text);
    expect(hash, text).not.toBeNull();
    expect(hash && costProblem(hash, limits), text).toMatch(/not valid|not from 4 to 31/);
  }
});
