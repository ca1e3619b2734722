import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { openStore } from '../../src/store/open.ts';
import type { StoreLog } from '../../src/store/store.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { storeContract } from './contract.ts';

const binary = findMongod();
const silent: StoreLog = { info: () => {}, warn: () => {} };

describe.skipIf(binary === null)('the MongoDB store', () => {
  let mongod: Mongod;
  const open = (mongoUri: string) =>
    openStore({ mongoUri, dataDir: '/nonexistent' }, { clock: systemClock, log: silent });

  beforeAll(async () => {
    mongod = await Mongod.start(binary ?? '');
  }, 30_000);
  afterAll(() => mongod.dispose());

  storeContract(async () => {
    const mongoUri = mongod.uri(`test-${randomBytes(6).toString('hex')}`);
    return {
      open: (clock) => openStore({ mongoUri, dataDir: '/nonexistent' }, { clock, log: silent }),
      dispose: async () => {
        const connection = await mongoose.createConnection(mongoUri).asPromise();
        await connection.dropDatabase();
        await connection.close();
      },
    };
  });

  it('makes its indexes at opening', async () => {
    const uri = mongod.uri('indexes');
    const store = await open(uri);
    await store.close();
    await (await open(uri)).close();
    const connection = await mongoose.createConnection(uri).asPromise();
    const indexes = async (collection: string) =>
      (await connection.collection(collection).indexes()).map(
        ({ key, unique, expireAfterSeconds }) => ({ key, unique, expireAfterSeconds }),
      );
    expect(await indexes('accounts')).toContainEqual({ key: { email: 1 }, unique: true });
    const expiry = { key: { expiresAt: 1 }, expireAfterSeconds: 0 };
    expect(await indexes('sessions')).toContainEqual(expiry);
    expect(await indexes('sessions')).toContainEqual({
      key: { accountId: 1, createdAt: -1, _id: -1 },
    });
    expect(await indexes('rooms')).toContainEqual(expiry);
    expect(await indexes('rooms')).toContainEqual({ key: { hostId: 1, createdAt: -1, _id: -1 } });
    await connection.close();
  });

  it('leaves Mongoose’s global connection and models alone', async () => {
    const store = await open(mongod.uri('apart'));
    expect(mongoose.connection.readyState).toBe(mongoose.ConnectionStates.disconnected);
    expect(mongoose.modelNames()).toEqual([]);
    const before = mongoose.connections.length;
    await store.close();
    expect(mongoose.connections).toHaveLength(before - 1);
  });

  it('says where the data lies without saying how to get in', async () => {
    const named = await open(mongod.uri('calls'));
    expect(named.description).toMatch(/^MongoDB at 127\.0\.0\.1:\d+, database calls$/);
    await named.close();
    const unnamed = await open(`${mongod.uri('')}?appName=test`);
    expect(unnamed.description).toMatch(/, database peerql$/);
    await unnamed.close();
  });

  it('refuses a connection string that is none, without repeating it', async () => {
    for (const uri of ['mongodb://ada:hunter2@', 'http://ada:hunter2@127.0.0.1', 'hunter2']) {
      const error: unknown = await open(uri).catch((reason: unknown) => reason);
      expect(inspect(error)).toContain('Cannot open MongoDB: the connection string is not valid.');
      expect(inspect(error)).not.toContain('hunter2');
    }
  });
});
