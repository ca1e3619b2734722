import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';

const binary = findMongod();
/** Ten seconds of patience, and what a busy machine adds. */
const PROMPTLY_MS = 13_000;

describe.skipIf(binary === null)('the MongoDB store in an outage', () => {
  let mongod: Mongod;
  let store: Store;
  const messages: string[] = [];
  const log = {
    info: (_: object, message: string) => void messages.push(message),
    warn: (fields: object, message: string) =>
      void messages.push(`${message} ${JSON.stringify(fields)}`),
  };
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
  const CALL = /^The database does not answer; try again in a moment\.$/;
  /** What a probe says is read by whoever runs the server. */
  const PROBE = /^(no server of it answers|a write was not acknowledged by a majority in time)$/;
  const outage = async (work: () => Promise<unknown>, says = CALL) => {
    const start = performance.now();
    const error: unknown = await work().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as Error).message).toMatch(says);
    expect(performance.now() - start).toBeLessThan(PROMPTLY_MS);
  };
  const logged = (start: string) =>
    vi.waitFor(
      () => expect(messages.filter((message) => message.startsWith(start))).toHaveLength(1),
      { timeout: 30_000, interval: 50 },
    );
  const healed = () => vi.waitFor(() => store.ping(), { timeout: 30_000, interval: 100 });

  beforeAll(async () => {
    mongod = await Mongod.start(binary ?? '');
    store = await openStore(
      { mongoUri: mongod.uri('outage'), dataDir: '/nonexistent' },
      { clock: systemClock, log },
    );
    await store.accounts.insert(account(1));
  }, 30_000);
  afterAll(async () => {
    await store?.close();
    await mongod?.dispose();
  });

  it('says so when the server is gone, and heals when it is back', async () => {
    await mongod.stop('SIGKILL');
    await Promise.all([
      outage(() => store.accounts.insert(account(2))),
      outage(() => store.sessions.find('session')),
      outage(() => store.rooms.listByOwner('host', 10, null)),
      outage(() => store.ping(), PROBE),
    ]);
    await logged('MongoDB disconnected');
    await mongod.start();
    await healed();
    expect((await store.accounts.findById('account-1'))?.email).toBe('ada1@example.com');
    await store.accounts.insert(account(2));
  }, 60_000);

  it('says so when the server is frozen, and heals when it goes on', async () => {
    mongod.freeze();
    try {
      await Promise.all([
        outage(() => store.accounts.findById('account-1')),
        outage(() => store.accounts.insert(account(3))),
        outage(() => store.ping(), PROBE),
      ]);
    } finally {
      mongod.thaw();
    }
    await healed();
    expect((await store.accounts.findById('account-1'))?.email).toBe('ada1@example.com');
  }, 60_000);

  it.each([
    [13, 'its user may not write'],
    [14_031, 'its disk is full'],
    [9, 'it refuses writes: FailedToParse'],
  ])('says why it refuses writes, and heals: error %i', async (code, words) => {
    await mongod.refuseWrites(code);
    await expect(store.ping()).rejects.toEqual(new UnavailableError(words));
    await expect(store.accounts.insert(account(code))).rejects.toBeInstanceOf(UnavailableError);
    await mongod.refuseWrites(null);
    await healed();
  });

  it('refuses to open with one sentence, without credentials, when nothing answers', async () => {
    await mongod.stop();
    const mongoUri = mongod.uri('outage').replace('://', '://ada:hunter2@');
    const error: unknown = await openStore(
      { mongoUri, dataDir: '/nonexistent' },
      { clock: systemClock, log },
    ).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/^Error: Cannot open MongoDB: connect ECONNREFUSED 127\.0\.0\.1/);
    expect(String(error) + messages.join()).not.toContain('hunter2');
  }, 30_000);
});
