import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openStore } from '../../src/store/open.ts';
import { type Outcome, peerql } from './command.ts';
import { KeptLog } from './log.ts';
import { type Outcome as Answer, mutate } from './mutate.ts';
import { type Person, post, register } from './people.ts';
import type { TestServer } from './server.ts';

/** The promises of `peerql import users FILE`, for every store. */
export function importSuite(
  start: () => Promise<{ server: TestServer; env: Readonly<Record<string, string>> }>,
): void {
  let server: TestServer;
  let env: Readonly<Record<string, string>>;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    ({ server, env } = await start());
    folder = await mkdtemp(join(tmpdir(), 'peerql-import-'));
    file = join(folder, 'users.ndjson');
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function importLines(
    lines: readonly (object | string)[],
    ...args: string[]
  ): Promise<Outcome> {
    await writeFile(
      file,
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    );
    return peerql(['import', 'users', file, ...args], env);
  }

  function login(email: string, password: string): Promise<Answer> {
    return mutate(
      server.graphqlUrl,
      'login',
      { email, password, delivery: 'BEARER' },
      'token account { id name }',
    );
  }

  async function hashOf(id: string): Promise<string | undefined> {
    const { DATA_DIR: dataDir = '', MONGO_URI: mongoUri } = env;
    const store = await openStore(mongoUri === undefined ? { dataDir } : { dataDir, mongoUri }, {
      clock: systemClock,
      log: new KeptLog(),
    });
    const account = await store.accounts.findById(id);
    await store.close();
    return account?.passwordHash;
  }

  const old = (id: string, passwordHash: string) => ({
    id,
    name: `Old ${id}`,
    email: `${id}@Example.com`,
    passwordHash,
  });

  test('people come with their ids and sign in with their old passwords; the first time makes a new hash', async () => {
    const hash = await bcrypt.hash('geheim', 4);
    const outcome = await importLines([old('first-1', hash), '', old('first-2', hash)]);
    expect(outcome).toEqual({
      code: 0,
      out: 'imported 2, updated 0, there already 0, refused 0.\n',
      err: '',
    });
    expect(await login('first-1@example.com', 'Geheim')).toMatchObject({
      __typename: 'BadCredentialsError',
    });
    expect(await hashOf('first-1')).toBe(hash);
    for (let time = 0; time < 2; time += 1) {
      expect(await login('FIRST-1@example.com', 'geheim')).toMatchObject({
        __typename: 'LoginSuccess',
        account: { id: 'first-1', name: 'Old first-1' },
      });
      expect(await hashOf('first-1')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    }
    expect(await hashOf('first-2')).toBe(hash);
  });

  test('a password that is longer than bcrypt reads keeps its hash, and its owner gets in with each of its forms', async () => {
    const [read, rest] = ['long '.repeat(14).padEnd(72, '.'), ' and more of it'];
    const [long, short] = [old('long', await bcrypt.hash(read + rest, 4)), read.slice(0, 71)];
    const brief = old('brief', await bcrypt.hash(short, 4));
    expect(await importLines([long, brief])).toMatchObject({ code: 0 });
    for (const typed of [`${read} and a slip`, read + rest, read, read.replaceAll(' ', '\u00a0')]) {
      const { __typename } = await login(long.email, typed);
      // A bcrypt hash knows nothing of what comes later; a kind of space that it does not know is a plain one.
      expect(__typename, typed).toBe('LoginSuccess');
    }
    expect(await hashOf('long')).toBe(long.passwordHash);
    expect((await login(brief.email, short)).__typename).toBe('LoginSuccess');
    expect(await hashOf('brief')).toMatch(/^\$argon2id\$/);
  });

  test('a second run changes nobody; with --update name and password follow, and sessions end', async () => {
    const user = old('again', await bcrypt.hash('geheim', 4));
    await importLines([user]);
    const { token } = await login('again@example.com', 'geheim');
    const me = () => post(server.graphqlUrl, MeDocument, {}, { authorization: `Bearer ${token}` });
    const changed = { ...user, name: 'New', passwordHash: await bcrypt.hash('another', 4) };
    const kept = await importLines([changed]);
    expect(kept).toMatchObject({
      code: 0,
      out: 'imported 0, updated 0, there already 1, refused 0.\n',
    });
    expect((await me()).data?.me?.name).toBe('Old again');

    const updated = await importLines([changed], '--update');
    expect(updated).toMatchObject({
      code: 0,
      out: 'imported 0, updated 1, there already 0, refused 0.\n',
    });
    expect((await me()).data?.me).toBeNull();
    expect(await login('again@example.com', 'geheim')).toMatchObject({
      __typename: 'BadCredentialsError',
    });
    expect(await login('again@example.com', 'another')).toMatchObject({ account: { name: 'New' } });

    const moved = await importLines([{ ...changed, email: 'moved@example.com' }], '--update');
    expect(moved).toMatchObject({
      code: 1,
      err: 'line 1, id "again": its account has another email here, and an import never changes an email.\n',
    });
    expect(await login('moved@example.com', 'another')).toMatchObject({
      __typename: 'BadCredentialsError',
    });
  });

  test('an email that belongs to somebody here gets nobody in, with --update either', async () => {
    const ann: Person = await register(server.graphqlUrl, 'Ann');
    const thief = {
      ...old('thief', await bcrypt.hash('geheim', 4)),
      email: ann.email.toUpperCase(),
    };
    for (const args of [[], ['--update']]) {
      expect(await importLines([thief], ...args)).toEqual({
        code: 1,
        out: 'imported 0, updated 0, there already 0, refused 1.\n',
        err: 'line 1, id "thief": its email belongs to another account here.\n',
      });
    }
    expect(await login(ann.email, 'geheim')).toMatchObject({ __typename: 'BadCredentialsError' });
    expect(await login(ann.email, ann.password)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('each row that is refused is named with its reason, and the others are taken', async () => {
    const hash = await bcrypt.hash('geheim', 4);
    const good = old('good', hash);
    const outcome = await importLines([
      '\uFEFF{"id": "bom", "name": "Bom", "email": "bom@example.com", "passwordHash": ' +
        JSON.stringify(hash) +
        '}',
      '{"id": ',
      '[1]',
      { ...good, email: 'no email' },
      { ...good, name: '\u200B', id: 'b\u001b[31mad' },
      { email: good.email },
      { ...good, passwordHash: 'geheim' },
      { ...good, passwordHash: `$2b$31$${hash.slice(7)}` },
      { ...good, passwordHash: { $ne: null } },
      `{"id": "long", "x": "${'x'.repeat(65_536)}"}`,
      good,
      { ...good, id: 'twin' },
    ]);
    expect(outcome.out).toBe('imported 2, updated 0, there already 0, refused 10.\n');
    expect(outcome.code).toBe(1);
    expect(outcome.err.trim().split('\n')).toEqual([
      'line 2: it is not JSON.',
      'line 3: it is not a JSON object.',
      'line 4, id "good": email must be an email address.',
      expect.stringMatching(
        /^line 5, id "b\\u001b\[31mad": id must have 1 to 64 .*; name must not be empty\.$/,
      ),
      'line 6: id must be a text; name must be a text; passwordHash must be a text.',
      'line 7, id "good": its password hash is in no known form of bcrypt, Argon2 or scrypt.',
      'line 8, id "good": its bcrypt cost, 31, is more than IMPORTED_BCRYPT_COST allows (14).',
      'line 9, id "good": passwordHash must be a text.',
      'line 10: it is longer than 65536 bytes.',
      'line 12, id "twin": its email belongs to another account here.',
    ]);
    expect(outcome.err + outcome.out).not.toContain(hash);
  });

  test('other names of fields, ids as mongoexport writes them, and scrypt of Better Auth', async () => {
    const { scryptSync } = await import('node:crypto');
    const key = scryptSync('geheim', 'a1b2c3d4a1b2c3d4', 64, {
      N: 16_384,
      r: 16,
      p: 1,
      maxmem: 2 ** 26,
    });
    const user = {
      _id: { $oid: '65f1c0ffee65f1c0ffee0001' },
      profile: { fullName: 'Grace' },
      login: { mail: 'grace@example.com', secret: `a1b2c3d4a1b2c3d4:${key.toString('hex')}` },
    };
    const fields = ['name=profile.fullName', 'email=login.mail', 'passwordHash=login.secret'];
    const args = fields.flatMap((field) => ['--field', field]);
    expect(await importLines([user], ...args, '--scrypt', '16384,16,1')).toMatchObject({
      code: 0,
      err: '',
    });
    expect((await login('grace@example.com', 'geheim')).account).toEqual({
      id: '65f1c0ffee65f1c0ffee0001',
      name: 'Grace',
    });
  });
}
