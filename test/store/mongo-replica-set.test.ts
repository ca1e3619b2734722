import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { findMongod, Mongod, replicaSetUri } from '../kit/mongod.ts';
import { until } from '../kit/waiting.ts';

const binary = findMongod();
const DATABASE = 'failover';

describe.skipIf(binary === null)('the MongoDB store on a replica set', () => {
  let members: Mongod[];
  let store: Store;
  const account = (n: number) => ({
    id: `account-${n}`,
    name: 'Ada',
    email: `ada${n}@example.com`,
    emailVerified: false,
    passwordHash: 'hash',
    createdAt: new Date(),
    disabledAt: null,
    guestOf: null,
    identity: null,
  });

  beforeAll(async () => {
    members = await Mongod.startReplicaSet(binary ?? '', 3);
    store = await openStore(
      { mongoUri: replicaSetUri(members, DATABASE), dataDir: '/nonexistent' },
      { clock: systemClock, log: { info: () => {}, warn: () => {} } },
    );
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await Promise.all((members ?? []).map((member) => member.dispose()));
  });

  async function primary(): Promise<Mongod> {
    const connection = await mongoose.createConnection(replicaSetUri(members, 'admin')).asPromise();
    const { me } = (await connection.getClient().db().command({ hello: 1 })) as { me: string };
    await connection.close();
    const found = members.find(({ host }) => host === me);
    if (found === undefined) throw new Error(`${me} is no member.`);
    return found;
  }

  it('names its hosts', () => {
    const hosts = members.map(({ host }) => host).join(',');
    expect(store.description).toBe(`MongoDB at ${hosts}, database ${DATABASE}`);
  });

  it('goes on after its primary was killed: what was said to be stored is, and nothing is stored twice', async () => {
    const stored: string[] = [];
    const refused: unknown[] = [];
    let next = 0;
    let writing = true;
    const write = async () => {
      while (writing) {
        next += 1;
        const one = account(next);
        await store.accounts.insert(one).then(
          () => stored.push(one.id),
          (error: unknown) => refused.push(error),
        );
        await delay(5);
      }
    };
    const writers = [write(), write()];
    await until(() => stored.length > 20, 'the first writes');
    const former = await primary();
    await former.stop('SIGKILL');
    const before = stored.length;
    await until(() => stored.length > before + 20, 'writes at the next primary', 40_000);
    await former.start();
    writing = false;
    await Promise.all(writers);
    // The driver tries once more by itself; what still failed is told as something to try again.
    for (const error of refused) expect(error).toBeInstanceOf(UnavailableError);
    for (const id of stored) expect((await store.accounts.findById(id))?.id).toBe(id);
    process.stdout.write(`failover: ${stored.length} stored, ${refused.length} to try again\n`);
  }, 90_000);
});
