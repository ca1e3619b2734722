import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Account } from '../../../src/domain/accounts/account.ts';
import { BackgroundWork } from '../../../src/domain/accounts/background-work.ts';
import type { Caller } from '../../../src/domain/accounts/sessions.ts';
import { PresenceTelling } from '../../../src/domain/calling/presence-telling.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { UnavailableError } from '../../../src/domain/errors.ts';
import { FollowUps } from '../../../src/domain/follow-ups.ts';
import { Acquaintances } from '../../../src/domain/people/acquaintances.ts';
import { AddressRequests } from '../../../src/domain/people/address-requests.ts';
import { type ContactChange, ContactChanges } from '../../../src/domain/people/contact-changes.ts';
import { ContactList } from '../../../src/domain/people/contact-list.ts';
import { Contacts } from '../../../src/domain/people/contacts.ts';
import type { AllowedCallers } from '../../../src/domain/people/ports.ts';
import { Reachability } from '../../../src/domain/people/reachability.ts';
import type { ContactAct } from '../../../src/domain/people/stance.ts';
import type { LivePersons } from '../../../src/domain/person/live-persons.ts';
import type { Throttle } from '../../../src/domain/throttle.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { KeptLog } from '../../kit/log.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

let dataDir: string;
let store: Store;
let reachability: Reachability;
let changes: ContactChanges;
let acquaintances: Acquaintances;
let told: ContactChange[];
let clock: ManualClock;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'peerql-acquaintances-'));
  store = await openStore({ dataDir }, { clock: systemClock, log: new KeptLog() });
  const { contacts, accounts } = store;
  const list = new ContactList({ contacts, accounts });
  clock = new ManualClock();
  const followUps = new FollowUps({ clock, onFailure: () => {} });
  reachability = new Reachability(store.reach);
  changes = new ContactChanges({ contacts, accounts, list, followUps });
  acquaintances = new Acquaintances({ contacts, accounts, list, reachability });
  told = [];
  changes.onChanged((change) => {
    told.push(change);
  });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

async function joinAs(name: string, fields: Partial<Account> = {}): Promise<string> {
  const id = `id-of-${name.toLowerCase()}`;
  await store.accounts.insert({
    ...{ id, name, email: `${name}@example.com`, emailVerified: false, passwordHash: 'x' },
    ...{ createdAt: new Date(), disabledAt: null, guestOf: null, identity: null, ...fields },
  });
  return id;
}

const act = (userId: string, what: ContactAct, otherId: string) =>
  changes.act(what, { userId, otherId, at: new Date() });

async function befriend(one: string, two: string): Promise<void> {
  await act(one, 'REQUEST', two);
  await act(two, 'ACCEPT', one);
}

const callerOf = (accountId: string): Caller => ({
  ...{ accountId, name: '', sessionId: 's', expiresAt: new Date(), guestOf: null, grant: null },
  ...{ address: '127.0.0.1', device: null },
});

test('a change that nobody could be told of is told as it stands when that is possible again', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  let away = true;
  const reached: ContactChange[] = [];
  changes.onChanged((change) => {
    if (away) throw new UnavailableError();
    reached.push(change);
  });
  await act(ann, 'REQUEST', bob);
  expect(reached).toEqual([]);
  away = false;
  await act(bob, 'ACCEPT', ann);
  const accepted = [
    expect.objectContaining({ contact: expect.objectContaining({ state: 'ACCEPTED' }) }),
    expect.objectContaining({ contact: expect.objectContaining({ state: 'ACCEPTED' }) }),
  ];
  expect(reached.splice(0)).toEqual(accepted);
  await clock.advance(1000);
  await vi.waitUntil(() => reached.length === 2);
  expect(reached).toEqual(accepted);
});

test('who may ring: contacts by default, then as the callee chooses, and never who blocks or is blocked', async () => {
  const [ann, bob, eve] = [await joinAs('Ann'), await joinAs('Bob'), await joinAs('Eve')];
  await befriend(ann, bob);
  await act(eve, 'REQUEST', ann);
  const mayRing = async (caller: string) =>
    (await acquaintances.ringable(caller, [ann])).length > 0;
  const rows: [AllowedCallers, boolean, boolean][] = [
    ['CONTACTS', true, false],
    ['EVERYONE', true, true],
    ['NOBODY', false, false],
  ];
  expect([await mayRing(bob), await mayRing(eve)]).toEqual([true, false]);
  for (const [allowCallsFrom, contact, stranger] of rows) {
    await reachability.update(callerOf(ann), { allowCallsFrom });
    expect([await mayRing(bob), await mayRing(eve)], allowCallsFrom).toEqual([contact, stranger]);
  }
  await reachability.update(callerOf(ann), { allowCallsFrom: 'EVERYONE' });
  await act(ann, 'BLOCK', bob);
  await act(eve, 'BLOCK', ann);
  expect([await mayRing(bob), await mayRing(eve)]).toEqual([false, false]);
});

test('guests, disabled accounts, nobody and oneself neither ring nor are rung; the order is kept', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  const guest = await joinAs('Guest', { guestOf: 'a room' });
  const off = await joinAs('Off', { disabledAt: new Date() });
  for (const id of [ann, bob, guest, off]) {
    await reachability.update(callerOf(id), { allowCallsFrom: 'EVERYONE' });
  }
  const cleo = await joinAs('Cleo');
  const all = [bob, guest, ann, off, 'nobody', cleo];
  expect(await acquaintances.ringable(cleo, all)).toEqual([
    { id: bob, name: 'Bob', isGuest: false },
    { id: ann, name: 'Ann', isGuest: false },
  ]);
  for (const caller of [guest, off, 'nobody']) {
    expect(await acquaintances.ringable(caller, [ann])).toEqual([]);
  }
});

test('presence is for accepted contacts, as long as it is shown; they are told when that changes', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  const [eve, cleo] = [await joinAs('Eve'), await joinAs('Cleo')];
  await befriend(ann, bob);
  await befriend(ann, cleo);
  await act(eve, 'REQUEST', ann);
  await act(ann, 'BLOCK', cleo);
  reachability.onPresenceShown((userId) => changes.tellContactsOf(userId));
  expect(await acquaintances.watchersOf(ann)).toEqual([bob]);
  expect(await acquaintances.showingPresence([ann, 'nobody'])).toEqual(new Set([ann, 'nobody']));
  for (const showPresence of [false, true]) {
    told = [];
    await reachability.update(callerOf(ann), { showPresence });
    await reachability.update(callerOf(ann), { showPresence });
    expect(told).toMatchObject([
      { userId: bob, otherId: ann, contact: { user: { id: ann, name: 'Ann' }, state: 'ACCEPTED' } },
    ]);
    expect(await acquaintances.watchersOf(ann)).toEqual(showPresence ? [bob] : []);
    expect((await acquaintances.showingPresence([ann, bob])).has(ann)).toBe(showPresence);
  }
});

test('all contacts are read in a few steps, however many there are', async () => {
  const ann = await joinAs('Ann');
  const others = await Promise.all(Array.from({ length: 40 }, (_, n) => joinAs(`Contact${n}`)));
  for (const [n, other] of others.entries()) {
    await befriend(ann, other);
    if (n % 2 === 0) await reachability.update(callerOf(other), { showPresence: false });
  }
  let reads = 0;
  const counted = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          reads += 1;
          return value.apply(target, args);
        };
      },
    });
  const contacts = counted(store.contacts);
  const accounts = counted(store.accounts);
  const list = new ContactList({ contacts, accounts });
  const parts = { contacts, accounts, list, reachability: new Reachability(counted(store.reach)) };
  const presence = new PresenceTelling({
    persons: { presenceOf: () => 'ONLINE' } as unknown as LivePersons,
    acquaintances: new Acquaintances(parts),
  });
  const seen = await presence.contactsOf(ann);
  expect(seen).toHaveLength(40);
  expect(seen.filter((contact) => contact.presence === 'ONLINE')).toHaveLength(20);
  expect(reads).toBeLessThanOrEqual(4);
});

test('two servers of one store do not let anybody have more contacts than they may', async () => {
  const ann = await joinAs('Ann');
  const others = await Promise.all(Array.from({ length: 12 }, (_, n) => joinAs(`Other${n}`)));
  const { contacts, accounts } = store;
  const free: Throttle = {
    ...{ take: async () => 0, wait: async () => 0 },
    ...{ giveBack: async () => {}, forget: async () => {} },
  };
  const most = 4;
  const server = () => {
    const list = new ContactList({ contacts, accounts });
    const parts = { contacts, accounts, list, changes, clock: systemClock };
    return new Contacts({
      ...parts,
      addressRequests: new AddressRequests({
        ...parts,
        background: new BackgroundWork({ clock: systemClock, onFailure: () => {} }),
        ...{ verifiedOnly: false, maxWaiting: 10 },
      }),
      requests: { accounts: free, addresses: free },
      limits: { contacts: most, blocked: 1, waiting: 10 },
    });
  };
  const servers = [server(), server(), server()];
  const ask = (userId: string, n: number) => servers[n % 3]?.request(callerOf(ann), { userId });
  const outcomes = await Promise.allSettled(others.map(ask));
  const taken = outcomes.filter(({ status }) => status === 'fulfilled').length;
  expect(await contacts.listOf(ann)).toHaveLength(taken);
  expect(taken).toBeLessThanOrEqual(most);
  // Whoever was refused because others came at the same time may ask again.
  for (const other of others)
    await servers[0]?.request(callerOf(ann), { userId: other }).catch(() => {});
  expect(await contacts.listOf(ann)).toHaveLength(most);
});

test('both sides are told what each sees, and nobody of what they may not see', async () => {
  const [ann, bob] = [await joinAs('Ann'), await joinAs('Bob')];
  const heard = () => told.splice(0).map(({ userId, contact }) => [userId, contact?.state ?? null]);
  await act(ann, 'REQUEST', bob);
  expect(heard()).toEqual([
    [ann, 'REQUESTED'],
    [bob, 'INCOMING'],
  ]);
  await act(bob, 'DECLINE', ann);
  expect(heard()).toEqual([[bob, null]]);
  await act(bob, 'REQUEST', ann);
  expect(heard()).toEqual([
    [bob, 'ACCEPTED'],
    [ann, 'ACCEPTED'],
  ]);
  await act(bob, 'BLOCK', ann);
  expect(heard()).toEqual([
    [bob, 'BLOCKED'],
    [ann, null],
  ]);
  await act(ann, 'REQUEST', bob);
  await act(ann, 'BLOCK', bob);
  expect(heard()).toEqual([[ann, 'BLOCKED']]);
});
