import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { Argon2PasswordHasher } from '../../src/crypto/passwords.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openStore } from '../../src/store/open.ts';
import { accountsSessionsRooms } from '../../src/store/sqlite/migrations/0001-accounts-sessions-rooms.ts';
import { oneTimeTokens } from '../../src/store/sqlite/migrations/0002-one-time-tokens.ts';
import { peerql } from '../kit/command.ts';
import { KeptLog } from '../kit/log.ts';
import { mutate } from '../kit/mutate.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const PASSWORD = 'correct horse battery';
const OLD_SCHEMA = 2;

let dataDir: string;
let passwordHash: string;

/** The database of version 0.1.0. */
function makeOldDatabase(): string {
  const path = join(dataDir, 'peerql.sqlite');
  const db = new Database(path);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(accountsSessionsRooms);
  db.exec(oneTimeTokens);
  db.exec(`PRAGMA user_version = ${OLD_SCHEMA}`);
  db.close();
  return path;
}

interface Written {
  readonly account: string;
  readonly session: string;
  readonly room: string;
}

/** A server of version 0.1.0 that goes on writing. */
class OldWriter {
  readonly written: Written[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  constructor(path: string) {
    const program = join(import.meta.dirname, 'old-writer.mjs');
    this.#child = spawn(process.execPath, [program, path, passwordHash], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#exit = once(this.#child, 'exit');
    if (this.#child.stdout === null) throw new Error('It has no output.');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.written.push(JSON.parse(line) as Written);
    });
  }

  /** Waits until it has written so many rounds more. */
  async goOn(rounds: number): Promise<void> {
    const enough = this.written.length + rounds;
    await until(
      () => this.written.length >= enough || this.#child.exitCode !== null,
      'the old server to write',
    );
    expect(this.#child.exitCode, 'the old server runs').toBeNull();
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const [code] = await this.#exit;
    expect(code).toBe(0);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

let writer: OldWriter;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'peerql-upgrade-'));
  const hasher = new Argon2PasswordHasher({
    hashLimits: readConfig({}).limits,
    log: new KeptLog(),
  });
  passwordHash = await hasher.hash(PASSWORD);
  hasher.close();
});
afterEach(() => {
  writer.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a server starts on the database of 0.1.0 while one of 0.1.0 goes on writing: nothing is lost', async () => {
  const path = makeOldDatabase();
  writer = new OldWriter(path);
  await writer.goOn(20);

  const server = await startServer({ dataDir });
  const ann = await register(server.graphqlUrl);
  await createRoom(server.graphqlUrl, ann, { name: 'New room' });
  await writer.goOn(20);
  const last = writer.written.at(-1);
  if (last === undefined) throw new Error('The old server has written nothing.');
  // Who registered with the old one after the upgrade signs in with the new one, and finds the old room.
  const email = `${last.account}@example.com`;
  const signedIn = await mutate(
    server.graphqlUrl,
    'login',
    { email, password: PASSWORD, delivery: 'BEARER' },
    'token account { name } ',
  );
  expect(signedIn).toMatchObject({ __typename: 'LoginSuccess', account: { name: 'Old' } });
  await writer.goOn(20);
  await writer.stop();
  await server.stop();

  const store = await openStore({ dataDir }, { clock: systemClock, log: new KeptLog() });
  for (const { account, session, room } of writer.written) {
    expect(await store.accounts.findById(account)).toMatchObject({
      name: 'Old',
      emailVerified: true,
      disabledAt: null,
    });
    expect(await store.sessions.find(session)).toMatchObject({ accountId: account });
    expect(await store.rooms.find(room)).toMatchObject({ name: 'Old room', capacity: 8 });
  }
  expect(await store.accounts.findByEmail(ann.email)).toMatchObject({ name: 'Ann' });
  await store.close();
  const db = new Database(path);
  expect(db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
  db.close();
});

test('peerql migrate does it beforehand, says what it did, and does nothing the second time', async () => {
  const path = makeOldDatabase();
  writer = new OldWriter(path);
  await writer.goOn(5);
  const first = await peerql(['migrate'], { DATA_DIR: dataDir });
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(new RegExp(`: schema ${OLD_SCHEMA} → \\d+\\.\\n$`));
  await writer.goOn(5);
  const second = await peerql(['migrate'], { DATA_DIR: dataDir });
  expect(second.out).toMatch(/: up to date \(schema \d+\)\.\n$/);
  await writer.stop();
});
