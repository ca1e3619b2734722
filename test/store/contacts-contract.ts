import { describe, expect, it } from 'vitest';
import { act } from '../../src/domain/people/pairs.ts';
import type { ContactPair } from '../../src/domain/people/ports.ts';
import { stateOf } from '../../src/domain/people/stance.ts';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `ContactStore` promises. */
export function contactsContract(home: ContractHome): void {
  const pairOf = (fields: Partial<ContactPair> = {}): ContactPair => {
    const [one = '', two = ''] = [id(), id()].sort();
    return {
      ...{ one, two, stanceOfOne: 'WANTS', stanceOfTwo: 'NONE' },
      ...{ since: new Date(home.now), revision: id() },
      ...fields,
    };
  };

  describe('contacts', () => {
    it('finds a pair whatever the order of the ids, also from another store', async () => {
      const pair = pairOf();
      expect(await home.store.contacts.find(pair.one, pair.two)).toBeNull();
      expect(await home.store.contacts.put(pair, null)).toBe(true);
      const other = await home.another();
      expect(await other.contacts.find(pair.one, pair.two)).toEqual(pair);
      expect(await other.contacts.find(pair.two, pair.one)).toEqual(pair);
      expect(await other.contacts.find(pair.one, id())).toBeNull();
    });

    it('writes and removes only what nobody has changed meanwhile', async () => {
      const { contacts } = home.store;
      const pair = pairOf();
      const next = { ...pair, stanceOfTwo: 'BLOCKS' as const, revision: id() };
      await contacts.put(pair, null);
      expect(await contacts.put(next, null)).toBe(false);
      expect(await contacts.put(next, id())).toBe(false);
      expect(await contacts.find(pair.one, pair.two)).toEqual(pair);
      expect(await contacts.put(next, pair.revision)).toBe(true);
      expect(await contacts.remove(pair)).toBe(false);
      expect(await contacts.find(pair.one, pair.two)).toEqual(next);
      expect(await contacts.remove(next)).toBe(true);
      expect(await contacts.find(pair.one, pair.two)).toBeNull();
      expect(await contacts.put(next, pair.revision)).toBe(false);
    });

    it('lets exactly one of many first writes win, also across two stores', async () => {
      const other = await home.another();
      const { one, two } = pairOf();
      const rivals = Array.from({ length: 8 }, () => pairOf({ one, two }));
      const put = await Promise.all(
        rivals.map((rival, i) => (i % 2 ? home.store : other).contacts.put(rival, null)),
      );
      expect(put.filter((won) => won)).toHaveLength(1);
      expect(await other.contacts.find(one, two)).toEqual(rivals[put.indexOf(true)]);
    });

    it('makes contacts of two who ask each other at once, and a block wins over everything', async () => {
      const other = await home.another();
      for (let round = 0; round < 10; round += 1) {
        const [ann, bob, at] = [id(), id(), new Date(home.now)];
        const [first, second] = await Promise.all([
          act(home.store.contacts, 'REQUEST', { userId: ann, otherId: bob, at }),
          act(other.contacts, 'REQUEST', { userId: bob, otherId: ann, at }),
        ]);
        // Whoever comes second is told at once.
        expect([stateOf(first.now), stateOf(second.now)].sort()).toEqual(['ACCEPTED', 'REQUESTED']);
        await Promise.all([
          act(home.store.contacts, 'BLOCK', { userId: ann, otherId: bob, at }),
          act(other.contacts, 'REQUEST', { userId: bob, otherId: ann, at }),
          act(other.contacts, 'REMOVE', { userId: bob, otherId: ann, at }),
          act(other.contacts, 'ACCEPT', { userId: bob, otherId: ann, at }),
        ]);
        const stored = await other.contacts.find(ann, bob);
        const mine = stored?.one === ann ? stored.stanceOfOne : stored?.stanceOfTwo;
        const theirs = stored?.one === ann ? stored.stanceOfTwo : stored?.stanceOfOne;
        expect([mine, theirs]).toEqual(['BLOCKS', 'NONE']);
      }
    });

    it('lists the pairs and the requests of a person, and deletes all of them with the person', async () => {
      const { contacts } = home.store;
      const ann = `0${id()}`;
      const zoe = `z${id()}`;
      const mine = [pairOf({ one: ann, two: zoe }), pairOf({ one: ann, two: id() })];
      const foreign = pairOf({ one: id(), two: zoe });
      for (const pair of [...mine, foreign]) await contacts.put(pair, null);
      const listed = await contacts.listOf(ann);
      expect(listed).toHaveLength(2);
      expect(listed).toEqual(expect.arrayContaining(mine));
      expect(await contacts.listOf(zoe)).toHaveLength(2);
      const request = { ownerId: ann, email: 'bob@example.com', since: new Date(home.now) };
      await contacts.putRequest(request);
      await contacts.putRequest({ ...request, since: new Date(home.now + MINUTE) });
      await contacts.putRequest({ ...request, ownerId: zoe });
      expect(await contacts.requestsOf(ann)).toEqual([request]);
      await contacts.deleteByUser(ann);
      expect(await contacts.listOf(ann)).toEqual([]);
      expect(await contacts.listOf(zoe)).toEqual([foreign]);
      expect(await contacts.requestsOf(ann)).toEqual([]);
      expect(await contacts.removeRequest(zoe, request.email)).toBe(true);
      expect(await contacts.removeRequest(zoe, request.email)).toBe(false);
    });
  });

  describe('reachability', () => {
    it('keeps what was chosen, each choice by itself, until the person is deleted', async () => {
      const { reach } = home.store;
      const ann = id();
      expect(await reach.find(ann)).toEqual({});
      expect(await reach.update(ann, {})).toEqual({});
      expect(await reach.update(ann, { showPresence: false })).toEqual({ showPresence: false });
      const both = { showPresence: false, allowCallsFrom: 'NOBODY' as const };
      expect(await reach.update(ann, { allowCallsFrom: 'NOBODY' })).toEqual(both);
      const all = { ...both, callWaiting: true };
      expect(await reach.update(ann, { callWaiting: true })).toEqual(all);
      expect(await reach.update(ann, {})).toEqual(all);
      expect(await (await home.another()).reach.find(ann)).toEqual(all);
      expect(await reach.find(id())).toEqual({});
      expect(await reach.findMany([id(), ann])).toEqual(new Map([[ann, all]]));
      await reach.deleteByUser(ann);
      expect(await reach.find(ann)).toEqual({});
    });
  });

  describe('keys of the server', () => {
    it('are the same for all who make one at once', async () => {
      const other = await home.another();
      const kept = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? home.store : other).serverKeys.ensure('one', `made ${i}`),
        ),
      );
      expect(new Set(kept).size).toBe(1);
      expect(await other.serverKeys.ensure('one', 'late')).toBe(kept[0]);
      expect(await other.serverKeys.ensure('two', 'another')).toBe('another');
    });
  });
}
