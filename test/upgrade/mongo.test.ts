import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { openStore } from '../../src/store/open.ts';
import { peerql } from '../kit/command.ts';
import { KeptLog } from '../kit/log.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { until } from '../kit/waiting.ts';

const binary = findMongod();
const newId = () => randomBytes(8).toString('hex');

/** What version 0.1.0 keeps: the indexes by collection. */
const OLD_INDEXES = {
  accounts: [[{ email: 1 }, { unique: true }]],
  sessions: [
    [{ accountId: 1, createdAt: -1, _id: -1 }, {}],
    [{ expiresAt: 1 }, { expireAfterSeconds: 0 }],
  ],
  rooms: [
    [{ hostId: 1, createdAt: -1, _id: -1 }, {}],
    [{ expiresAt: 1 }, { expireAfterSeconds: 0 }],
  ],
} as const;

interface OldRecord {
  readonly _id: string;
  readonly [field: string]: unknown;
}

describe.skipIf(binary === null)('an upgrade of MongoDB', () => {
  let mongod: Mongod;
  beforeAll(async () => {
    mongod = await Mongod.start(binary ?? '');
  });
  afterAll(() => mongod?.dispose());

  test('goes on beside a server of 0.1.0 that writes: nothing is lost, and every record is read', async () => {
    const mongoUri = mongod.uri('upgrade');
    const connection = await mongoose.createConnection(mongoUri).asPromise();
    for (const [collection, indexes] of Object.entries(OLD_INDEXES)) {
      for (const [keys, options] of indexes) {
        await connection.collection(collection).createIndex(keys, options);
      }
    }
    const written: { account: string; session: string; room: string }[] = [];
    let stopped = false;
    const write = async () => {
      while (!stopped) {
        const [account, session, room] = [newId(), newId(), newId()];
        const createdAt = new Date();
        const expiresAt = new Date(Date.now() + 3_600_000);
        const insert = (collection: string, record: OldRecord) =>
          connection.collection<OldRecord>(collection).insertOne(record);
        await insert('accounts', {
          _id: account,
          name: 'Old',
          email: `${account}@example.com`,
          passwordHash: 'x',
          createdAt,
        });
        await insert('sessions', {
          _id: session,
          accountId: account,
          createdAt,
          lastSeenAt: createdAt,
          expiresAt,
          userAgent: null,
        });
        await insert('rooms', {
          _id: room,
          name: 'Old room',
          hostId: account,
          hostName: 'Old',
          capacity: 8,
          createdAt,
          expiresAt,
        });
        written.push({ account, session, room });
      }
    };
    const writing = write();
    const goOn = async (rounds: number) => {
      const enough = written.length + rounds;
      await until(() => written.length >= enough, 'the old server to write');
    };
    await goOn(20);
    const migrated = await peerql(['migrate'], { MONGO_URI: mongoUri });
    expect(migrated).toMatchObject({ code: 0, err: '' });
    expect(migrated.out).toContain('the indexes are up to date');
    const store = await openStore(
      { mongoUri, dataDir: '/nonexistent' },
      { clock: systemClock, log: new KeptLog() },
    );
    await goOn(20);
    stopped = true;
    await writing;
    for (const { account, session, room } of written) {
      expect(await store.accounts.findById(account)).toMatchObject({
        name: 'Old',
        emailVerified: false,
        disabledAt: null,
      });
      expect(await store.sessions.find(session)).toMatchObject({ accountId: account });
      expect(await store.rooms.find(room)).toMatchObject({ name: 'Old room', capacity: 8 });
    }
    await store.close();
    await connection.close();
  });
});
