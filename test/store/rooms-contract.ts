import { describe, expect, it } from 'vitest';
import type { Ban, Room } from '../../src/domain/rooms/room.ts';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `RoomStore` promises. */
export function roomsContract(home: ContractHome): void {
  describe('rooms', () => {
    it('gives back what was stored', async () => {
      const named = home.room();
      const unnamed = home.room({ name: null });
      await home.store.rooms.insert(named);
      await home.store.rooms.insert(unnamed);
      expect(await home.store.rooms.find(named.id)).toEqual(named);
      expect(await home.store.rooms.find(unnamed.id)).toEqual(unnamed);
      expect(await home.store.rooms.find(id())).toBeNull();
    });

    it('never returns an expired one', async () => {
      const owner = { id: id(), name: 'Ada', isGuest: false };
      const brief = home.room({ owner, expiresAt: new Date(home.now + MINUTE) });
      const lasting = home.room({ owner, createdAt: new Date(home.now - 1) });
      await home.store.rooms.insert(brief);
      await home.store.rooms.insert(lasting);
      home.now += MINUTE;
      expect(await home.store.rooms.find(brief.id)).toBeNull();
      expect((await home.store.rooms.listByOwner(owner.id, 10, null)).rooms).toEqual([lasting]);
      expect(await home.store.rooms.countByOwner(owner.id)).toBe(1);
      expect(await home.store.rooms.countByOwner(id())).toBe(0);
      expect(await home.store.rooms.delete(brief.id)).toBe(false);
      expect(await home.store.rooms.deleteExpired()).toBe(1);
      expect(await home.store.rooms.deleteExpired()).toBe(0);
      expect(await home.store.rooms.find(lasting.id)).toEqual(lasting);
    });

    it('pushes the expiry on, never back, and wakes nothing that has ended', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const later = new Date(home.now + 90 * MINUTE);
      await home.store.rooms.extend(here.id, later);
      await home.store.rooms.extend(here.id, new Date(home.now + 30 * MINUTE));
      await home.store.rooms.extend(id(), later);
      expect(await home.store.rooms.find(here.id)).toEqual({ ...here, expiresAt: later });
      home.now += 90 * MINUTE;
      await home.store.rooms.extend(here.id, new Date(home.now + MINUTE));
      expect(await home.store.rooms.find(here.id)).toBeNull();
    });

    it('changes what is given alone, and counts each change', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const open = { ...here, capacity: 20, access: 'KNOCK' as const, revision: 1 };
      expect(await home.store.rooms.update(here.id, { capacity: 20, access: 'KNOCK' })).toEqual(
        open,
      );
      expect(await home.store.rooms.find(here.id)).toEqual(open);
      const unnamed = { ...open, name: null, allowGuests: true, revision: 2 };
      expect(await home.store.rooms.update(here.id, { name: null, allowGuests: true })).toEqual(
        unnamed,
      );
      const closed = await home.store.rooms.update(here.id, { allowGuests: false });
      expect(closed).toEqual({ ...unnamed, allowGuests: false, revision: 3 });
      const relayed = await home.store.rooms.update(here.id, { relayOnly: true });
      expect(relayed).toEqual({ ...closed, relayOnly: true, revision: 4 });
      await home.store.rooms.update(here.id, { capacity: 4 });
      expect(await home.store.rooms.find(here.id)).toEqual({
        ...relayed,
        capacity: 4,
        revision: 5,
      });
      expect(await home.store.rooms.update(id(), { capacity: 2 })).toBeNull();
    });

    it('loses no change of many at once', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const changed = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          home.store.rooms.update(here.id, { capacity: 10 + index }),
        ),
      );
      expect(changed.map((room) => room?.revision).sort((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 10 }, (_, index) => index + 1),
      );
      const last = changed.find((room) => room?.revision === 10);
      expect(await home.store.rooms.find(here.id)).toEqual(last);
    });

    it('keeps who is banned, each once, whatever else changes', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const users = [id(), id(), id()];
      await Promise.all(
        [...users, ...users].map((user) => home.store.rooms.ban(here.id, ban(user))),
      );
      await home.store.rooms.update(here.id, { access: 'LOCKED' });
      const found = await home.store.rooms.find(here.id);
      expect(found?.banned.map(({ userId }) => userId).sort()).toEqual([...users].sort());
      expect(found?.revision).toBe(1);
      expect(await home.store.rooms.ban(id(), ban(id()))).toBe(false);
      home.now = here.expiresAt.getTime();
      expect(await home.store.rooms.ban(here.id, ban(id()))).toBe(false);
      expect(await home.store.rooms.update(here.id, { capacity: 2 })).toBeNull();
    });

    it('keeps the address and the device of a ban, and takes back what belongs to one user alone', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const [one, other] = [id(), id()];
      const guest = { userId: one, address: 'mark of an address', device: 'mark' };
      await home.store.rooms.ban(here.id, guest);
      await home.store.rooms.ban(here.id, { ...ban(other), device: 'mark' });
      const found = await home.store.rooms.find(here.id);
      expect(found?.banned).toHaveLength(2);
      expect(found?.banned).toContainEqual(guest);
      for (const nobody of ['.*', '%', '', id()]) {
        expect((await home.store.rooms.unban(here.id, nobody))?.banned).toHaveLength(2);
      }
      const left = await home.store.rooms.unban(here.id, one);
      expect(left?.banned).toEqual([{ userId: other, address: null, device: 'mark' }]);
      expect(left?.revision).toBe(0);
      expect(await home.store.rooms.unban(id(), one)).toBeNull();
    });

    it('deletes once', async () => {
      const here = home.room();
      await home.store.rooms.insert(here);
      const results = await Promise.all([
        home.store.rooms.delete(here.id),
        home.store.rooms.delete(here.id),
      ]);
      expect(results.sort()).toEqual([false, true]);
      expect(await home.store.rooms.find(here.id)).toBeNull();
    });

    it('pages through a owner’s rooms, each once, while rooms come and go', async () => {
      const owner = { id: id(), name: 'Ada', isGuest: false };
      // Three rooms a millisecond, so that the id has to break ties.
      const rooms = Array.from({ length: 21 }, (_, i) =>
        home.room({ owner, createdAt: new Date(home.now - Math.floor(i / 3)) }),
      );
      for (const each of [...rooms, home.room()]) await home.store.rooms.insert(each);
      const expected = [...rooms].sort(newestFirst);

      const seen: Room[] = [];
      let after: Room | null = null;
      let hasNextPage = true;
      for (let page = 0; hasNextPage; page++) {
        const answer = await home.store.rooms.listByOwner(owner.id, 4, after);
        expect(answer.rooms).toHaveLength(page < 5 ? 4 : 1);
        seen.push(...answer.rooms);
        after = answer.rooms.at(-1) ?? null;
        hasNextPage = answer.hasNextPage;
        // A newer room, and the end of one that was listed already, the cursor's own.
        await home.store.rooms.insert(
          home.room({ owner, createdAt: new Date(home.now + 1 + page) }),
        );
        if (after) await home.store.rooms.delete(after.id);
      }
      expect(seen).toEqual(expected);
    });

    it('pages through the rooms of all hosts, each once, newest first', async () => {
      const rooms = Array.from({ length: 7 }, (_, i) =>
        home.room({ createdAt: new Date(home.now - Math.floor(i / 3)) }),
      );
      const ended = home.room({ expiresAt: new Date(home.now) });
      for (const each of [...rooms, ended]) await home.store.rooms.insert(each);
      const expected = [...rooms].sort(newestFirst);
      const first = await home.store.rooms.list(4, null);
      expect(first).toEqual({ rooms: expected.slice(0, 4), hasNextPage: true });
      const last = await home.store.rooms.list(4, first.rooms[3] ?? null);
      expect(last).toEqual({ rooms: expected.slice(4), hasNextPage: false });
    });

    it('says of an exact page that nothing follows', async () => {
      const owner = { id: id(), name: 'Ada', isGuest: false };
      await home.store.rooms.insert(home.room({ owner }));
      await home.store.rooms.insert(home.room({ owner }));
      expect((await home.store.rooms.listByOwner(owner.id, 2, null)).hasNextPage).toBe(false);
      expect(await home.store.rooms.listByOwner(owner.id, 0, null)).toEqual({
        rooms: [],
        hasNextPage: true,
      });
      expect(await home.store.rooms.listByOwner(id(), 2, null)).toEqual({
        rooms: [],
        hasNextPage: false,
      });
    });
  });
}

function newestFirst(a: Room, b: Room): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
}

function ban(userId: string): Ban {
  return { userId, address: null, device: null };
}
