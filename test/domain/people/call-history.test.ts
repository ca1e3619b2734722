import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import type { Account } from '../../../src/domain/accounts/account.ts';
import type { Caller } from '../../../src/domain/accounts/sessions.ts';
import { CallHistory } from '../../../src/domain/people/call-history.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { missed, ringingCall } from '../../kit/calls.ts';
import { KeptLog } from '../../kit/log.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

const DAY_MS = 86_400_000;

let dataDir: string;
let store: Store;
let clock: ManualClock;
let now: number;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'peerql-calls-'));
  clock = new ManualClock();
  now = clock.now();
  store = await openStore({ dataDir }, { clock, log: new KeptLog() });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const open = (env: Record<string, string> = {}) =>
  new CallHistory({
    ...{ calls: store.calls, accounts: store.accounts, clock },
    keptMs: readConfig(env).limits.callHistoryMs,
  });

async function joinAs(name: string): Promise<Account> {
  const account: Account = {
    ...{ id: `${name.toLowerCase()}-id`, name, email: `${name}@example.com`, emailVerified: false },
    ...{
      passwordHash: 'x',
      createdAt: new Date(),
      disabledAt: null,
      guestOf: null,
      identity: null,
    },
  };
  await store.accounts.insert(account);
  return account;
}

const callerOf = ({ id, name }: Account): Caller => ({
  ...{ accountId: id, name, sessionId: 's', expiresAt: new Date(), guestOf: null, grant: null },
  ...{ address: '127.0.0.1', device: null },
});

test('a call is kept once for all its people, with their present names and no name of a deleted one', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  const history = open();
  const call = missed(ringingCall([ann.id, bob.id], now));
  await Promise.all([history.record(call), history.record(call)]);
  await store.accounts.update(ann.id, { name: 'Anna' });
  const anna = { id: ann.id, name: 'Anna', isGuest: false };
  for (const person of [ann, bob]) {
    expect(await history.page(callerOf(person), 10, null)).toEqual({
      calls: [{ ...call, caller: anna, room: { ...call.room, owner: anna } }],
      hasNextPage: false,
    });
  }
  await store.accounts.delete(ann.id);
  await history.forget(ann.id);
  expect((await history.page(callerOf(ann), 10, null)).calls).toEqual([]);
  const [left] = (await history.page(callerOf(bob), 10, null)).calls;
  expect([left?.caller.name, left?.room.owner.name]).toEqual(['', '']);
  expect(left?.legs[0]?.user.name).toBe('Bob');
  // A call that ends after the deletion is kept for the other alone.
  await history.record(missed(ringingCall([ann.id, bob.id], now)));
  expect((await history.page(callerOf(ann), 10, null)).calls).toEqual([]);
  expect((await history.page(callerOf(bob), 10, null)).calls).toHaveLength(2);
});

test('CALL_HISTORY_DAYS: a call is found for so many days, and then swept', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  const history = open({ CALL_HISTORY_DAYS: '2' });
  await history.record(missed(ringingCall([ann.id, bob.id], now)));
  const found = async () => (await history.page(callerOf(ann), 10, null)).calls.length;
  await clock.advance(2 * DAY_MS - 1);
  expect(await history.sweep()).toBe(0);
  expect(await found()).toBe(1);
  await clock.advance(1);
  expect(await found()).toBe(0);
  expect(await history.sweep()).toBe(2);
});
