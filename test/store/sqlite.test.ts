import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { migrations } from '../../src/store/sqlite/migrate.ts';
import type { StoreLog } from '../../src/store/store.ts';
import { canMount, SmallDisk } from '../kit/small-disk.ts';
import { storeContract } from './contract.ts';

const silent: StoreLog = { info: () => {}, warn: () => {} };

describe('the SQLite store', () => {
  storeContract(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'peerql-sqlite-'));
    return {
      open: (clock) => openStore({ dataDir }, { clock, log: silent }),
      dispose: async () => rmSync(dataDir, { recursive: true }),
    };
  });
});

describe('the SQLite file', () => {
  let dataDir: string;
  let path: string;
  const open = (folder = dataDir) =>
    openStore({ dataDir: folder }, { clock: systemClock, log: silent });
  const account = (n: number) => ({
    id: `account-${n}`,
    name: 'Ada',
    email: `ada${n}@example.com`,
    emailVerified: false,
    passwordHash: 'x'.repeat(2000),
    createdAt: new Date(),
    disabledAt: null,
    guestOf: null,
    identity: null,
  });

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'peerql-sqlite-'));
    path = join(dataDir, 'peerql.sqlite');
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is made with its folder, for the owner alone, and named at the start', async () => {
    const folder = join(dataDir, 'a', 'b');
    const store = await open(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'peerql.sqlite')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'peerql.sqlite-wal')).mode & 0o777).toBe(0o600);
    expect(store.description).toBe(`SQLite in ${join(folder, 'peerql.sqlite')}`);
    await store.close();
  });

  it('has everything in itself after closing', async () => {
    const store = await open();
    await store.accounts.insert(account(1));
    await store.close();
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it('has what was stored when the process ends without closing', async () => {
    const store = await open();
    await store.accounts.insert(account(1));
    const copy = mkdtempSync(join(tmpdir(), 'peerql-sqlite-'));
    for (const suffix of ['', '-wal']) {
      writeFileSync(join(copy, `peerql.sqlite${suffix}`), readFileSync(path + suffix));
    }
    const again = await open(copy);
    expect((await again.accounts.findById('account-1'))?.email).toBe('ada1@example.com');
    await again.close();
    await store.close();
    rmSync(copy, { recursive: true });
  });

  it('is not ready any more when it was deleted or replaced meanwhile', async () => {
    const store = await open();
    await store.ping();
    renameSync(path, `${path}.old`);
    const gone = /^the file was deleted or replaced/;
    await expect(store.ping()).rejects.toThrow(gone);
    copyFileSync(`${path}.old`, path);
    await expect(store.ping()).rejects.toThrow(gone);
    rmSync(path);
    renameSync(`${path}.old`, path);
    await store.ping();
    await store.close();
  });

  it('is refused with one sentence when the folder is none', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(open(join(file, 'data'))).rejects.toThrow(
      /^Cannot open the database .*a part of its path is not a folder/,
    );
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('is refused when the folder cannot be written', async () => {
    chmodSync(dataDir, 0o500);
    await expect(open()).rejects.toThrow('this process may not write there');
    chmodSync(dataDir, 0o700);
  });

  it('is refused when a folder lies in its place', async () => {
    mkdirSync(path);
    await expect(open()).rejects.toThrow(
      /^Cannot open the database .*there is a folder of this name/,
    );
  });

  it('is refused when it is no database', async () => {
    writeFileSync(path, 'not a database '.repeat(1000));
    await expect(open()).rejects.toThrow('the file is damaged or not a SQLite database');
    expect(readFileSync(path, 'utf8')).toBe('not a database '.repeat(1000));
  });

  it('keeps the settings of rooms from before they had no column of their own', async () => {
    const raw = new Database(path);
    for (const migration of migrations.slice(0, 9)) raw.exec(migration);
    raw.exec('PRAGMA user_version = 9');
    const add = raw.prepare(
      `INSERT INTO rooms (id, name, host_id, host_name, capacity, access, relay_only, created_at, expires_at)
       VALUES (?, 'Tea', 'ada', 'Ada', 3, 'KNOCK', ?, 0, ?)`,
    );
    for (const relayOnly of [0, 1]) add.run(`room ${relayOnly}`, relayOnly, Date.now() + 60_000);
    raw.close();
    const store = await open();
    const settings = { name: 'Tea', capacity: 3, access: 'KNOCK', allowGuests: false };
    expect(await store.rooms.find('room 0')).toMatchObject({ ...settings, relayOnly: false });
    expect(await store.rooms.find('room 1')).toMatchObject({ ...settings, relayOnly: true });
    await store.close();
  });

  it('is refused when a newer version has written it', async () => {
    await (await open()).close();
    const raw = new Database(path);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    await expect(open()).rejects.toThrow('it was written by a newer version (schema 99');
  });

  it('says that it is not available when it turns out to be damaged', async () => {
    const before = await open();
    for (let n = 0; n < 100; n++) await before.accounts.insert(account(n));
    await before.close();
    const after = await open();
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    const readAll = async () => {
      for (let n = 0; n < 100; n++) await after.accounts.findById(account(n).id);
    };
    await expect(readAll()).rejects.toThrow(UnavailableError);
    await after.close();
  });

  it('says that it is not available while another process writes, and heals', async () => {
    const store = await open();
    const raw = new Database(path);
    raw.exec('BEGIN IMMEDIATE');
    await expect(store.accounts.insert(account(1))).rejects.toThrow(UnavailableError);
    expect(await store.accounts.findById('account-1')).toBeNull();
    raw.exec('ROLLBACK');
    await store.accounts.insert(account(1));
    raw.close();
    await store.close();
  });

  it.skipIf(!canMount())(
    'says that it is not available when the disk is full, and heals',
    async () => {
      const disk = SmallDisk.mount(1);
      try {
        const store = await open(disk.path);
        const stored: number[] = [];
        const fill = async () => {
          for (let n = 0; n < 1000; n++) {
            await store.accounts.insert(account(n));
            stored.push(n);
          }
        };
        await expect(fill()).rejects.toThrow(UnavailableError);
        expect(stored.length).toBeGreaterThan(10);
        disk.grow(8);
        await store.accounts.insert(account(5000));
        await store.close();

        const raw = new Database(join(disk.path, 'peerql.sqlite'));
        expect(raw.prepare('PRAGMA integrity_check').get()).toMatchObject({
          integrity_check: 'ok',
        });
        expect(raw.prepare('SELECT count(*) n FROM accounts').get()).toMatchObject({
          n: stored.length + 1,
        });
        raw.close();
      } finally {
        disk.unmount();
      }
    },
  );
});
