import { describe, expect, it } from 'vitest';
import type { KeptCall, PushSubscription } from '../../src/domain/people/ports.ts';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `CallStore` and `PushSubscriptionStore` promise. */
export function callsContract(home: ContractHome): void {
  const LONG_AGO = new Date(0);
  const call = (minutes = 0, fields: Partial<KeptCall> = {}): KeptCall => ({
    ...{ id: id(), createdAt: new Date(home.now + minutes * MINUTE), body: `{"n":${minutes}}` },
    ...fields,
  });
  const subscription = (fields: Partial<PushSubscription> = {}): PushSubscription => ({
    ...{ id: id(), endpoint: `https://push.example.com/${id()}`, p256dh: id(), auth: id() },
    ...{ userId: id(), sessionId: id(), createdAt: new Date(home.now) },
    ...fields,
  });

  describe('calls', () => {
    it('are one when they are recorded twice, also at once and by two stores', async () => {
      const other = await home.another();
      const [ann, bob] = [id(), id()];
      const rang = call();
      await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          (i % 2 ? home.store : other).calls.record(rang, [ann, bob]),
        ),
      );
      await other.calls.record({ ...rang, body: 'another' }, [ann]);
      await other.calls.record(rang, []);
      for (const person of [ann, bob]) {
        expect(await home.store.calls.list(person, LONG_AGO, 10, null)).toEqual({
          calls: [rang],
          hasNextPage: false,
        });
      }
    });

    it('are listed newest first, in pages that neither repeat nor hide one', async () => {
      const { calls } = home.store;
      const ann = id();
      // Two of the same moment.
      const made = [call(1), call(2), call(2), call(3)];
      for (const one of made) await calls.record(one, [ann]);
      await calls.record(call(4), [id()]);
      const first = await calls.list(ann, LONG_AGO, 2, null);
      expect(first.hasNextPage).toBe(true);
      await calls.record(call(5), [ann]);
      const second = await calls.list(ann, LONG_AGO, 2, first.calls[1] ?? null);
      expect(second.hasNextPage).toBe(false);
      const sorted = made.toSorted(
        (one, two) => Number(two.createdAt) - Number(one.createdAt) || (one.id < two.id ? 1 : -1),
      );
      expect([...first.calls, ...second.calls]).toEqual(sorted);
      const late = new Date(home.now + 2 * MINUTE);
      expect((await calls.list(ann, late, 10, null)).calls).toHaveLength(2);
    });

    it('are deleted with one person for that person alone, and by age for all', async () => {
      const { calls } = home.store;
      const [ann, bob] = [id(), id()];
      const [old, young] = [call(0), call(1)];
      for (const one of [old, young]) await calls.record(one, [ann, bob]);
      await calls.deleteByUser(ann);
      expect((await calls.list(ann, LONG_AGO, 10, null)).calls).toEqual([]);
      expect((await calls.list(bob, LONG_AGO, 10, null)).calls).toEqual([young, old]);
      expect(await calls.deleteUntil(old.createdAt)).toBe(1);
      expect((await calls.list(bob, LONG_AGO, 10, null)).calls).toEqual([young]);
    });

    it('are seen up to a moment that never goes back, for one person and for all stores', async () => {
      const other = await home.another();
      const [ann, bob] = [id(), id()];
      const at = (minutes: number) => new Date(home.now + minutes * MINUTE);
      expect(await home.store.calls.seenUntil(ann)).toBeNull();
      const marks = [3, 1, 4, 2].map((minutes, n) =>
        (n % 2 ? home.store : other).calls.markSeen(ann, at(minutes)),
      );
      for (const [n, mark] of (await Promise.all(marks)).entries()) {
        expect(Number(mark)).toBeGreaterThanOrEqual(Number(at([3, 1, 4, 2][n] ?? 0)));
      }
      expect(await other.calls.seenUntil(ann)).toEqual(at(4));
      expect(await other.calls.markSeen(ann, at(2))).toEqual(at(4));
      expect(await home.store.calls.markSeen(bob, at(1))).toEqual(at(1));
      await other.calls.deleteByUser(ann);
      expect(await home.store.calls.seenUntil(ann)).toBeNull();
      expect(await home.store.calls.seenUntil(bob)).toEqual(at(1));
    });
  });

  describe('push subscriptions', () => {
    it('are replaced by the same person or with the same keys, and by nobody else', async () => {
      const { pushSubscriptions } = home.store;
      const mine = subscription();
      expect(await pushSubscriptions.save(mine)).toBe(true);
      const renewed = { ...mine, p256dh: id(), createdAt: new Date(home.now + MINUTE) };
      expect(await pushSubscriptions.save(renewed)).toBe(true);
      expect(await pushSubscriptions.listOf(mine.userId)).toEqual([renewed]);
      const thief = { ...renewed, userId: id(), auth: id() };
      expect(await pushSubscriptions.save(thief)).toBe(false);
      expect(await pushSubscriptions.save({ ...thief, auth: mine.auth, p256dh: id() })).toBe(false);
      const moved = { ...renewed, userId: id(), sessionId: id() };
      expect(await pushSubscriptions.save(moved)).toBe(true);
      expect(await pushSubscriptions.listOf(mine.userId)).toEqual([]);
      expect(await (await home.another()).pushSubscriptions.listOf(moved.userId)).toEqual([moved]);
    });

    it('are listed oldest first, and deleted one by one, with a session and with a person', async () => {
      const { pushSubscriptions } = home.store;
      const [userId, sessionId] = [id(), id()];
      const at = (minutes: number) => ({ createdAt: new Date(home.now + minutes * MINUTE) });
      const [first, second, third] = [
        subscription({ userId, ...at(0) }),
        subscription({ userId, sessionId, ...at(1) }),
        subscription({ userId, ...at(2) }),
      ];
      const foreign = subscription();
      for (const one of [third, first, foreign, second]) await pushSubscriptions.save(one);
      expect(await pushSubscriptions.listOf(userId)).toEqual([first, second, third]);
      expect(await pushSubscriptions.delete(first.id, foreign.userId)).toBe(false);
      expect(await pushSubscriptions.delete(first.id, userId)).toBe(true);
      expect(await pushSubscriptions.delete(first.id, userId)).toBe(false);
      await pushSubscriptions.deleteBySession(sessionId);
      expect(await pushSubscriptions.listOf(userId)).toEqual([third]);
      await pushSubscriptions.deleteByUser(userId);
      expect(await pushSubscriptions.listOf(userId)).toEqual([]);
      expect(await pushSubscriptions.listOf(foreign.userId)).toEqual([foreign]);
    });

    it('are deleted when their session has expired or is gone', async () => {
      const { pushSubscriptions, sessions } = home.store;
      const userId = id();
      const short = home.session({ expiresAt: new Date(home.now + MINUTE) });
      const long = home.session({ expiresAt: new Date(home.now + 9 * MINUTE) });
      for (const session of [short, long]) await sessions.insert(session);
      const kept = subscription({ userId, sessionId: long.id });
      await pushSubscriptions.save(kept);
      await pushSubscriptions.save(subscription({ userId, sessionId: short.id }));
      await pushSubscriptions.save(subscription({ userId }));
      expect(await pushSubscriptions.deleteEnded()).toBe(1);
      home.now += MINUTE;
      expect(await pushSubscriptions.deleteEnded()).toBe(1);
      expect(await pushSubscriptions.deleteEnded()).toBe(0);
      expect(await pushSubscriptions.listOf(userId)).toEqual([kept]);
    });
  });
}
