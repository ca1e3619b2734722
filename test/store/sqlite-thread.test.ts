import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/domain/accounts/account.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { FileThread } from '../../src/store/sqlite/file-thread.ts';
import type { Store } from '../../src/store/store.ts';
import { pace } from '../kit/waiting.ts';

/** Longer than the event loop may stand still, and far less than a file is locked here. */
const STILL_MS = 250;
const HOLD = `
  const Database = require('libsql');
  const db = new Database(process.argv[1], { timeout: 5000 });
  db.exec('BEGIN EXCLUSIVE');
  process.stdout.write('held');
  process.stdin.once('data', () => { db.exec('ROLLBACK'); process.exit(); });
`;

let dataDir: string;
let store: Store;
const account = (n: number): Account => ({
  id: `account-${n}`,
  name: `Wilhelmina ${n}`,
  email: `wilhelmina${n}@example.com`,
  emailVerified: false,
  passwordHash: 'x'.repeat(100 + ((n * 97) % 400)),
  createdAt: new Date(),
  disabledAt: null,
  guestOf: null,
  identity: null,
});

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'peerql-thread-'));
  store = await openStore({ dataDir }, { clock: systemClock, log: { info() {}, warn() {} } });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const filesOf = (name: string) => readdirSync(dataDir).filter((file) => file.startsWith(name));

/** Another process locks the file until the answer is called. */
async function lockElsewhere(): Promise<() => Promise<void>> {
  const holder = spawn(process.execPath, ['-e', HOLD, join(dataDir, 'peerql.sqlite')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return async () => {
    const gone = once(holder, 'exit');
    holder.stdin.write('now');
    await gone;
  };
}

/** The thread's program, whose wall clock can be set: what `setTo` holds is added to it, in milliseconds. */
const SET_CLOCK = `
  const { workerData } = require('node:worker_threads');
  const { now } = Date;
  Date.now = () => now() + workerData.setTo[0];
  import(workerData.program);
`;

/** The longest that the event loop stood still during `work`, in milliseconds. */
async function longestStandstill(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

describe('the thread that owns the file', () => {
  test('a file that another process locks holds up neither the event loop nor reads, and writes wait', async () => {
    await store.accounts.insert(account(1));
    const release = await lockElsewhere();
    const still = await longestStandstill(async () => {
      const write = store.accounts.insert(account(2));
      const readAt = Date.now();
      expect(await store.accounts.findById('account-1')).toMatchObject({ id: 'account-1' });
      expect(await store.accounts.findById('account-2')).toBeNull();
      expect(Date.now() - readAt).toBeLessThan(1000);
      await pace(500);
      await release();
      await write;
    });
    expect(still).toBeLessThan(STILL_MS);
    expect(await store.accounts.findById('account-2')).toMatchObject({ id: 'account-2' });
  });

  test('a write that waits longer than the busy time-out is refused as to be tried again', async () => {
    const release = await lockElsewhere();
    const still = await longestStandstill(async () => {
      await expect(store.accounts.insert(account(1))).rejects.toThrow(UnavailableError);
      await expect(store.ping()).rejects.toThrow(UnavailableError);
    });
    await release();
    expect(still).toBeLessThan(STILL_MS);
    await store.accounts.insert(account(1));
    await store.ping();
  });

  test.each([3_600_000, -3_600_000])(
    'a write waits for another process as long as ever, though the clock is set by %i ms',
    async (step) => {
      const path = join(dataDir, 'peerql.sqlite');
      const setTo = new Float64Array(new SharedArrayBuffer(8));
      const program = new URL('../../src/store/sqlite/worker.mjs', import.meta.url).href;
      const workerData = { path, busyMs: 1000, setTo, program };
      const thread = new FileThread(
        { path, busyMs: 1000, onLost: () => {} },
        new Worker(SET_CLOCK, { eval: true, execArgv: [], workerData }),
      );
      const write = () => thread.run({ how: 'run', sql: 'DELETE FROM sessions', values: [] });
      const isTaken = () => thread.run({ how: 'first', sql: 'SELECT 1', values: [] });
      const late = await lockElsewhere();
      const refused = write();
      refused.catch(() => {});
      await isTaken();
      setTo[0] = step;
      await expect(refused).rejects.toThrow('locked');
      const from = performance.now();
      const kept = write();
      kept.catch(() => {});
      await isTaken();
      setTo[0] = 2 * step;
      await pace(200);
      await late();
      await kept;
      expect(performance.now() - from).toBeLessThan(1000);
      await thread.close();
    },
  );

  test('a stream of writes, each on the disk, does not hold up the event loop', async () => {
    const still = await longestStandstill(async () => {
      await Promise.all(Array.from({ length: 300 }, (_, n) => store.accounts.insert(account(n))));
    });
    expect(still).toBeLessThan(STILL_MS);
    expect(await store.accounts.list(500, null)).toHaveLength(300);
  });

  test('writes that come together reach the disk together, and each succeeds or fails for itself', async () => {
    const path = join(dataDir, 'other.sqlite');
    const onLost = (error: Error) => expect.unreachable(error.message);
    const thread = new FileThread({ path, busyMs: 1000, onLost });
    const run = (sql: string, ...values: (string | number)[]) =>
      thread.run({ how: 'run', sql, values });
    for (const sql of ['PRAGMA journal_mode = WAL', 'CREATE TABLE t (a PRIMARY KEY, b)']) {
      await thread.run({ how: 'all', sql, values: [] });
    }
    await run('INSERT INTO t VALUES (?, ?)', 7, 'first');
    const journal = () => statSync(`${path}-wal`).size;
    const before = journal();
    await run('UPDATE t SET b = ? WHERE a = 7', 'second');
    const ofOne = journal() - before;
    const written = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => run('INSERT INTO t VALUES (?, ?)', n % 50, 'later')),
    );
    const took = journal() - before - ofOne;
    // One at a time they would be sixty writes.
    expect(took).toBeLessThan(20 * ofOne);
    const taken = written.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(taken).toEqual([7, ...Array.from({ length: 10 }, (_, n) => 50 + n)]);
    expect(written[7]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
    const sql = 'SELECT count(*) AS n FROM t';
    expect(await thread.run({ how: 'first', sql, values: [] })).toMatchObject({ n: 50 });
    await thread.close();
  });

  test('of writes that come together, those for which there is room on the disk are kept', async () => {
    const path = join(dataDir, 'other.sqlite');
    const onLost = (error: Error) => expect.unreachable(error.message);
    const thread = new FileThread({ path, busyMs: 1000, onLost });
    const all = (sql: string) => thread.run({ how: 'all', sql, values: [] });
    await all('PRAGMA journal_mode = WAL');
    await all('CREATE TABLE t (a)');
    await all('PRAGMA max_page_count = 30');
    const written = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        thread.run({ how: 'run', sql: 'INSERT INTO t VALUES (?)', values: [`${n}`.padEnd(4000)] }),
      ),
    );
    const kept = written.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeGreaterThan(10);
    expect(kept).toBeLessThan(30);
    for (const one of written.slice(kept)) {
      expect(one).toMatchObject({ reason: { code: 'SQLITE_FULL' } });
    }
    const rows = (await all('SELECT a FROM t')) as { a: string }[];
    expect(rows.map(({ a }) => Number(a))).toEqual(Array.from({ length: kept }, (_, n) => n));
    await thread.close();
  });

  test('what is asked after a write sees it, without waiting for its answer', async () => {
    for (let n = 0; n < 50; n += 1) {
      const write = store.accounts.insert(account(n));
      expect(await store.accounts.findById(`account-${n}`)).toMatchObject({ id: `account-${n}` });
      await write;
    }
  });

  test('who opens a file whose thread has been closed does not find it locked', async () => {
    const path = join(dataDir, 'other.sqlite');
    const onLost = (error: Error) => expect.unreachable(error.message);
    const thread = new FileThread({ path, busyMs: 1000, onLost });
    for (const sql of ['PRAGMA journal_mode = WAL', 'CREATE TABLE t (a)', 'SELECT * FROM t']) {
      await thread.run({ how: 'all', sql, values: [] });
    }
    expect(filesOf('other')).toContain('other.sqlite-wal');
    await thread.close();
    // Whoever closes a file last removes its journal, and meanwhile has all of it locked.
    expect(filesOf('other')).toEqual(['other.sqlite']);
    const next = new Database(path, { timeout: 0 });
    next.exec('BEGIN EXCLUSIVE');
    next.close();
  });

  test('a file is closed when its thread has ended, and not as soon as the thread says so', async () => {
    // SQLite lets go of the file only with the thread; this one lives on for a moment after its answer.
    const program = `const { parentPort } = require('node:worker_threads');
      parentPort.once('message', ([{ id }]) => {
        parentPort.postMessage([{ id, result: null }]);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      });`;
    const worker = new Worker(program, { eval: true, execArgv: [] });
    let hasEnded = false;
    worker.once('exit', () => {
      hasEnded = true;
    });
    const onLost = (error: Error) => expect.unreachable(error.message);
    await new FileThread({ path: '', busyMs: 0, onLost }, worker).close();
    expect(hasEnded).toBe(true);
  });

  test('what was asked before the close is done, and what comes after is refused', async () => {
    const writes = Array.from({ length: 20 }, (_, n) => store.accounts.insert(account(n)));
    const closed = store.close();
    await expect(store.accounts.findById('account-1')).rejects.toThrow(UnavailableError);
    await Promise.all(writes);
    await closed;
  });

  test('a thread whose disk stands still: who waits is told in time, and a close does not wait for it', async () => {
    // It answers the first request a second late, and nothing after that.
    const program = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ([{ id }]) => {
        if (id === 1) setTimeout(() => parentPort.postMessage([{ id, result: 'late' }]), 1500);
      });`;
    const worker = new Worker(program, { eval: true, execArgv: [] });
    const onLost = (error: Error) => expect.unreachable(error.message);
    const thread = new FileThread({ path: '', busyMs: 0, onLost }, worker);
    const slow = thread.run({ how: 'probe' });
    const from = performance.now();
    await expect(thread.run({ how: 'probe' }, 500)).rejects.toMatchObject({ code: 'SQLITE_LATE' });
    expect(performance.now() - from).toBeLessThan(1500);
    expect(await slow).toBe('late');
    await expect(thread.close()).rejects.toMatchObject({ code: 'SQLITE_LATE' });
    await worker.terminate();
  });

  test('a thread that dies says so, and everybody who waits is answered', async () => {
    const lost: Error[] = [];
    const options = { path: '', busyMs: 0, onLost: (error: Error) => lost.push(error) };
    const program = `require('node:worker_threads').parentPort.once('message', () => { throw new Error('boom'); })`;
    const thread = new FileThread(options, new Worker(program, { eval: true, execArgv: [] }));
    const waiting = [thread.run({ how: 'probe' }), thread.run({ how: 'probe' })];
    for (const each of waiting) await expect(each).rejects.toThrow(UnavailableError);
    expect(lost.map(({ message }) => message)).toEqual([
      'The thread that owns the database has ended: boom.',
    ]);
    await expect(thread.run({ how: 'probe' })).rejects.toThrow(UnavailableError);
  });

  test('what was deleted is nowhere in the files', async () => {
    for (let n = 0; n < 120; n += 1) await store.accounts.insert(account(n));
    for (let n = 0; n < 120; n += 2)
      await store.accounts.update(`account-${n}`, { name: `Wilhelmina ${n} the Great` });
    for (let n = 0; n < 120; n += 3) await store.accounts.delete(`account-${n}`);
    await store.accounts.purge();
    const bytes = readdirSync(dataDir)
      .map((name) => readFileSync(join(dataDir, name), 'latin1'))
      .join('');
    for (let n = 0; n < 120; n += 1) {
      const left =
        bytes.includes(`wilhelmina${n}@example.com`) ||
        bytes.includes(`Wilhelmina ${n}\x00`) ||
        bytes.includes(`Wilhelmina ${n} `);
      if (n % 3 === 0) expect(left, `account ${n}`).toBe(false);
      else expect(bytes.includes(`wilhelmina${n}@example.com`)).toBe(true);
    }
  });
});
