import { describe, expect, it } from 'vitest';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `SessionStore` promises. */
export function sessionsContract(home: ContractHome): void {
  describe('sessions', () => {
    it('gives back what was stored', async () => {
      const here = home.session();
      const unnamed = home.session({ userAgent: null });
      await home.store.sessions.insert(here);
      await home.store.sessions.insert(unnamed);
      expect(await home.store.sessions.find(here.id)).toEqual(here);
      expect(await home.store.sessions.find(unnamed.id)).toEqual(unnamed);
      expect(await home.store.sessions.find(id())).toBeNull();
    });

    it('lists the live sessions of one account, newest first', async () => {
      const accountId = id();
      const old = home.session({ accountId, createdAt: new Date(home.now - 2 * MINUTE) });
      const recent = home.session({ accountId, createdAt: new Date(home.now - MINUTE) });
      const brief = home.session({ accountId, expiresAt: new Date(home.now + MINUTE) });
      for (const each of [recent, old, brief, home.session()])
        await home.store.sessions.insert(each);
      expect(await home.store.sessions.listByAccount(accountId)).toEqual([brief, recent, old]);
      home.now += MINUTE;
      expect(await home.store.sessions.listByAccount(accountId)).toEqual([recent, old]);
    });

    it('never returns an expired one, not even in its last moment', async () => {
      const brief = home.session({ expiresAt: new Date(home.now + MINUTE) });
      await home.store.sessions.insert(brief);
      home.now += MINUTE - 1;
      expect(await home.store.sessions.find(brief.id)).toEqual(brief);
      home.now += 1;
      expect(await home.store.sessions.find(brief.id)).toBeNull();
      expect(await home.store.sessions.delete(brief.id)).toBe(false);
      expect(await home.store.sessions.deleteByAccount(brief.accountId)).toEqual([]);
    });

    it('says which of many are live', async () => {
      const [here, there] = [home.session(), home.session()];
      const brief = home.session({ expiresAt: new Date(home.now + MINUTE) });
      for (const each of [here, there, brief]) await home.store.sessions.insert(each);
      await home.store.sessions.delete(there.id);
      home.now += MINUTE;
      const asked = [here.id, there.id, brief.id, id(), `${here.id}' OR 1=1`];
      const { id: hereId, expiresAt } = here;
      expect(await home.store.sessions.liveAmong(asked)).toEqual([{ id: hereId, expiresAt }]);
      expect(await home.store.sessions.liveAmong([])).toEqual([]);
    });

    it('is extended while it lives, never back', async () => {
      const brief = home.session({ expiresAt: new Date(home.now + MINUTE) });
      await home.store.sessions.insert(brief);
      const later = new Date(home.now + 2 * MINUTE);
      expect(await home.store.sessions.extend(brief.id, later)).toBe(true);
      expect(await home.store.sessions.extend(brief.id, brief.expiresAt)).toBe(true);
      expect(await home.store.sessions.find(brief.id)).toEqual({ ...brief, expiresAt: later });
      expect(await home.store.sessions.extend(id(), later)).toBe(false);
      home.now = later.getTime();
      const tooLate = new Date(home.now + MINUTE);
      expect(await home.store.sessions.extend(brief.id, tooLate)).toBe(false);
    });

    it('keeps the room that it is limited to, and the role', async () => {
      for (const role of ['HOST', 'MEMBER', null] as const) {
        const limited = home.session({ grant: { roomId: id(), role } });
        await home.store.sessions.insert(limited);
        expect(await home.store.sessions.find(limited.id)).toEqual(limited);
      }
    });

    it('notes its use', async () => {
      const here = home.session();
      await home.store.sessions.insert(here);
      const lastSeenAt = new Date(home.now + MINUTE);
      await home.store.sessions.touch(here.id, lastSeenAt);
      await home.store.sessions.touch(id(), lastSeenAt);
      expect(await home.store.sessions.find(here.id)).toEqual({ ...here, lastSeenAt });
    });

    it('lets exactly one of two deletes win, also across two stores', async () => {
      const other = await home.another();
      const here = home.session();
      await home.store.sessions.insert(here);
      const results = await Promise.all([
        home.store.sessions.delete(here.id),
        other.sessions.delete(here.id),
      ]);
      expect(results.sort()).toEqual([false, true]);
      expect(await other.sessions.find(here.id)).toBeNull();
    });

    it('deletes those of one account, all or all but one', async () => {
      const accountId = id();
      const [one, two, three] = [
        home.session({ accountId }),
        home.session({ accountId }),
        home.session({ accountId }),
      ];
      const foreign = home.session();
      for (const each of [one, two, three, foreign]) await home.store.sessions.insert(each);
      const others = await home.store.sessions.deleteByAccount(accountId, two.id);
      expect(others.sort()).toEqual([one.id, three.id].sort());
      expect(await home.store.sessions.listByAccount(accountId)).toEqual([two]);
      expect(await home.store.sessions.deleteByAccount(accountId)).toEqual([two.id]);
      expect(await home.store.sessions.deleteByAccount(accountId)).toEqual([]);
      expect(await home.store.sessions.find(foreign.id)).toEqual(foreign);
    });
  });
}
