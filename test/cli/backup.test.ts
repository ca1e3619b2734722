import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MeDocument, RoomDocument } from '../../src/client/generated/graphql.ts';
import { accountsSessionsRooms } from '../../src/store/sqlite/migrations/0001-accounts-sessions-rooms.ts';
import { peerql } from '../kit/command.ts';
import { mutate } from '../kit/mutate.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

let folder: string;
let server: TestServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerql-backup-'));
  server = await startServer();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const backup = (file: string, dataDir = server.dataDir) =>
  peerql(['backup', file], { DATA_DIR: dataDir });
const restore = (file: string, dataDir = server.dataDir, ...more: string[]) =>
  peerql(['restore', file, ...more], { DATA_DIR: dataDir });

function rows<Row>(file: string, sql: string): Row[] {
  const db = new Database(file);
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

async function canSignIn(url: string, { email, password }: Person): Promise<boolean> {
  const input = { email, password, delivery: 'BEARER' };
  const { __typename: type } = await mutate(url, 'login', input, 'token');
  return type === 'LoginSuccess';
}

/** Writes rooms one after the other until it is stopped; knows those that the server has acknowledged. */
class Writer {
  readonly written: string[] = [];
  #stopped = false;
  /** Resolves when it was stopped, rejects when the server refused. */
  readonly ended: Promise<void>;

  constructor(url: string, host: Person) {
    this.ended = this.#write(url, host);
    this.ended.catch(() => {});
  }

  async #write(url: string, host: Person): Promise<void> {
    while (!this.#stopped) this.written.push((await createRoom(url, host)).id);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.ended;
  }
}

describe('under load', () => {
  test('every backup is whole, has all that was written before it, and the server goes on', async () => {
    const ann = await register(server.graphqlUrl);
    const writers = Array.from({ length: 4 }, () => new Writer(server.graphqlUrl, ann));
    let last = '';
    for (let round = 1; round <= 5; round++) {
      const before = writers.flatMap(({ written }) => written);
      last = join(folder, `${round}.sqlite`);
      const { code, out, err } = await backup(last);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Backed up to .*: [\d.]+ MB, checked, in [\d.]+ s\.\n$/);
      expect(rows(last, 'PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }]);
      const kept = new Set(rows<{ id: string }>(last, 'SELECT id FROM rooms').map(({ id }) => id));
      expect(before.filter((id) => !kept.has(id))).toEqual([]);
    }
    for (const writer of writers) await writer.stop();
    expect(writers.every(({ written }) => written.length > 5)).toBe(true);
    expect((await stat(last)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes('part'))).toEqual([]);
  });

  test('a restore replaces everything at once, under a server that runs and writes', async () => {
    const ann = await register(server.graphqlUrl, 'Ann');
    const room = await createRoom(server.graphqlUrl, ann, { name: 'Tea' });
    const file = join(folder, 'a.sqlite');
    await backup(file);
    const bob = await register(server.graphqlUrl, 'Bob');
    const writer = new Writer(server.graphqlUrl, bob);
    await expect.poll(() => writer.written.length).toBeGreaterThan(3);

    const refused = await restore(file);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^peerql restore: 2 accounts and \d+ rooms in .* --yes\.\n$/);
    const restored = await restore(file, server.dataDir, '--yes');
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toMatch(/^Restored 1 account and 1 room from .*sign in again\.\n$/);
    // Bob is gone, and his session with him.
    await expect(writer.ended).rejects.toThrow('UNAUTHENTICATED');

    expect(await canSignIn(server.graphqlUrl, ann)).toBe(true);
    expect(await canSignIn(server.graphqlUrl, bob)).toBe(false);
    // A session of before may have been ended since: none comes back.
    const me = await post(server.graphqlUrl, MeDocument, {}, ann.headers);
    expect(me.data?.me).toBeNull();
    const again = await mutate(
      server.graphqlUrl,
      'login',
      { email: ann.email, password: ann.password, delivery: 'BEARER' },
      'token',
    );
    const headers = { authorization: `Bearer ${again.token}` };
    const found = await post(server.graphqlUrl, RoomDocument, { id: room.id }, headers);
    expect(found.data?.room?.name).toBe('Tea');
  });
});

test('a restore into an empty folder starts a server there', async () => {
  const ann = await register(server.graphqlUrl);
  const file = join(folder, 'a.sqlite');
  await backup(file);
  const dataDir = join(folder, 'new');
  expect(await restore(file, dataDir)).toMatchObject({ code: 0, err: '' });
  expect((await stat(join(dataDir, 'peerql.sqlite'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['peerql.sqlite']);
  const other = await startServer({ dataDir });
  expect(await canSignIn(other.graphqlUrl, ann)).toBe(true);
  await other.stop();
});

describe('nothing changes, and one sentence says why', () => {
  test('a backup over a file that is there', async () => {
    const file = join(folder, 'a.sqlite');
    await writeFile(file, 'precious');
    const { code, err } = await backup(file);
    expect(code).toBe(1);
    expect(err).toBe(`peerql backup: ${file} exists already. Name a new file.\n`);
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('a backup of nothing, or into nowhere', async () => {
    const nothing = await backup(join(folder, 'a.sqlite'), join(folder, 'none'));
    expect(nothing.code).toBe(1);
    expect(nothing.err).toMatch(/^peerql backup: There is no database .*DATA_DIR/);
    const nowhere = await backup(join(folder, 'none', 'a.sqlite'));
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toContain('Cannot back up');
  });

  test('a damaged backup, one of something else, one of a newer version', async () => {
    const ann = await register(server.graphqlUrl);
    for (let n = 0; n < 200; n++) await createRoom(server.graphqlUrl, ann);
    const file = join(folder, 'a.sqlite');
    await backup(file);

    const newer = new Database(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const other = join(folder, 'other.sqlite');
    const db = new Database(other);
    db.exec('CREATE TABLE notes (text TEXT)');
    db.close();
    const text = join(folder, 'text');
    await writeFile(text, 'no database '.repeat(1000));
    const damaged = join(folder, 'damaged.sqlite');
    await writeFile(damaged, await readFile(file));
    await truncate(damaged, Math.floor((await stat(damaged)).size / 2 / 4096) * 4096);

    for (const [bad, reason] of [
      [file, 'it was written by a newer version'],
      [other, 'it is not a backup of PeerQL'],
      [text, 'not a SQLite database'],
      [damaged, 'damaged'],
      [join(folder, 'none'), 'ENOENT'],
    ] as const) {
      const { code, err } = await restore(bad, server.dataDir, '--yes');
      expect({ bad, code }).toEqual({ bad, code: 1 });
      expect(err).toMatch(/^peerql restore: Cannot restore .*\.\n$/);
      expect(err).toContain(reason);
    }
    expect(await canSignIn(server.graphqlUrl, ann)).toBe(true);
    expect((await readdir(server.dataDir)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test('where the store is a MongoDB', async () => {
    const env = { MONGO_URI: 'mongodb://127.0.0.1:1/peerql' };
    expect((await peerql(['backup', 'f'], env)).err).toContain('Use mongodump.');
    expect((await peerql(['restore', 'f'], env)).err).toContain('Use mongorestore.');
  });
});

test('a backup of the first version is brought up to date', async () => {
  const file = join(folder, 'old.sqlite');
  const db = new Database(file);
  db.exec(accountsSessionsRooms);
  db.exec(`INSERT INTO accounts VALUES ('1', 'Old', 'old@example.com', 'x', 0)`);
  db.exec('PRAGMA user_version = 1');
  db.close();
  expect(await restore(file, server.dataDir, '--yes')).toMatchObject({ code: 0 });
  expect((await peerql(['user', 'list'], { DATA_DIR: server.dataDir })).out).toContain(
    'old@example.com\tOld\t1970-01-01T00:00:00.000Z\temail not verified, 0 sessions',
  );
});
