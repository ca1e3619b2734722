import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/webhooks/ports.ts';
import { type ContractHome, id } from './home.ts';

const ONE = 'https://one.example/hooks';
const TWO = 'https://two.example/hooks';
const SOON = 1000;

/** What `WebhookOutbox` promises. */
export function webhooksContract(home: ContractHome): void {
  describe('the outbox of webhooks', () => {
    const delivery = (roomId: string, place: string, url = ONE): Delivery => ({
      id: `msg_${id()}`,
      url,
      roomId,
      place,
      body: '{"type":"room.started"}',
      createdAt: home.now,
      attempts: 0,
    });
    const claim = (limit = 10, url = ONE, settled = home.now) =>
      home.store.webhooks.claim({ url, now: home.now, until: home.now + SOON, settled, limit });

    it('gives the first of each room and receiver, and the next once that has left', async () => {
      const [here, there] = [id(), id()];
      const [second, first] = [delivery(here, '2'), delivery(here, '1')];
      const [other, elsewhere] = [delivery(there, '7'), delivery(here, '1', TWO)];
      await home.store.webhooks.append([second, first, other, elsewhere]);
      const claimed = await claim();
      expect(new Set(claimed)).toEqual(new Set([first, other]));
      expect(await claim(10, TWO)).toEqual([elsewhere]);
      // What was taken is nobody else's for a while, and nothing overtakes it.
      expect(await claim()).toEqual([]);
      await home.store.webhooks.remove(first);
      expect(await claim()).toEqual([second]);
    });

    it('gives again what was taken and not heard of, and no more than was asked for', async () => {
      const all = [delivery(id(), '1'), delivery(id(), '1')];
      await home.store.webhooks.append(all);
      expect(await claim(1)).toHaveLength(1);
      expect(await claim(1)).toHaveLength(1);
      home.now += SOON;
      expect(new Set(await claim())).toEqual(new Set(all));
    });

    it('counts what waits for each receiver', async () => {
      const before = await home.store.webhooks.count(TWO);
      const [one, other] = [delivery(id(), '1', TWO), delivery(id(), '1', TWO)];
      await home.store.webhooks.append([one, other, delivery(id(), '1')]);
      expect(await home.store.webhooks.count(TWO)).toBe(before + 2);
      await home.store.webhooks.remove(one);
      expect(await home.store.webhooks.count(TWO)).toBe(before + 1);
    });

    it('forgets the name of a user wherever a message has it, and no other', async () => {
      const [gone, here] = [
        { id: id(), name: 'Gone' },
        { id: id(), name: 'Here' },
      ];
      const bodies = [
        { participant: { user: gone } },
        { caller: gone, user: here },
        { caller: here, user: gone },
        { caller: here, reason: 'MISSED' },
      ];
      const url = `https://${id()}.example/hooks`;
      const all = bodies.map((data) => ({
        ...delivery(id(), '1', url),
        body: JSON.stringify({ type: 'any', data }),
      }));
      await home.store.webhooks.append(all);
      await home.store.webhooks.forgetUser(gone.id);
      const texts = (await claim(10, url)).map(({ body }) => body).join('\n');
      expect(texts).not.toContain('Gone');
      expect(texts.split('"Here"')).toHaveLength(4);
    });

    it('keeps what is postponed in its place, and counts the attempts', async () => {
      const room = id();
      const [first, second] = [delivery(room, '1'), delivery(room, '2')];
      await home.store.webhooks.append([first, second]);
      await claim();
      await home.store.webhooks.postpone(first, home.now + 5 * SOON);
      home.now += 4 * SOON;
      expect(await claim()).toEqual([]);
      home.now += SOON;
      expect(await claim()).toEqual([{ ...first, attempts: 1 }]);
    });

    it('forgets what a clock has said that was set', async () => {
      const [late, early] = [delivery(id(), '1'), delivery(id(), '1')];
      await home.store.webhooks.append([{ ...late, createdAt: home.now + 3600 * SOON }, early]);
      await claim();
      await home.store.webhooks.postpone(early, home.now + 3600 * SOON);
      await home.store.webhooks.hasten({ now: home.now, until: home.now + SOON });
      expect(await claim()).toEqual([{ ...late, createdAt: home.now }]);
      home.now += SOON;
      const due = await claim();
      expect(new Set(due.map(({ id }) => id))).toEqual(new Set([late.id, early.id]));
    });

    it('takes the same message once', async () => {
      const one = delivery(id(), '1');
      await home.store.webhooks.append([one]);
      await home.store.webhooks.append([one, { ...one, url: TWO }]);
      expect(await claim()).toHaveLength(1);
      expect(await claim(10, TWO)).toHaveLength(1);
    });

    it('leaves for later what is so young that an earlier one may be on its way', async () => {
      const one = delivery(id(), '1');
      await home.store.webhooks.append([one]);
      expect(await claim(10, ONE, home.now - 1)).toEqual([]);
      expect(await claim(10, ONE, home.now)).toEqual([one]);
    });

    it('lets what was stored late go first', async () => {
      const room = id();
      const [first, second] = [delivery(room, '1'), delivery(room, '2')];
      await home.store.webhooks.append([second]);
      await claim();
      await home.store.webhooks.append([first]);
      await home.store.webhooks.postpone(second, home.now);
      expect(await claim()).toEqual([first]);
      expect(await claim()).toEqual([]);
      await home.store.webhooks.remove(first);
      expect(await claim()).toEqual([{ ...second, attempts: 1 }]);
    });

    it('gives a long queue one by one, in order', async () => {
      const room = id();
      const places = Array.from({ length: 1500 }, (_, index) => String(index).padStart(4, '0'));
      const all = places.map((place) => delivery(room, place));
      await home.store.webhooks.append(all.toReversed());
      for (const each of all.slice(0, 50)) {
        expect(await claim()).toEqual([each]);
        await home.store.webhooks.remove(each);
      }
    });

    it('gives others theirs, however long a queue stands before them', async () => {
      const room = id();
      const queue = Array.from({ length: 1500 }, (_, index) => delivery(room, `1${index}`));
      const others = [delivery(id(), '2'), delivery(id(), '2'), delivery(id(), '2')];
      await home.store.webhooks.append([...queue, ...others]);
      const claimed: Delivery[] = [];
      for (let looks = 0; looks < 3; looks += 1) claimed.push(...(await claim()));
      const first = queue.filter(({ place }) => place === '10');
      expect(new Set(claimed)).toEqual(new Set([...first, ...others]));
    });

    it('goes on where another claims as the first one leaves, and keeps the order', async () => {
      for (let round = 0; round < 20; round += 1) {
        const room = id();
        const all = Array.from({ length: 4 }, (_, index) => delivery(room, String(index)));
        await home.store.webhooks.append(all);
        const sent: Delivery[] = [];
        // Without time passing: whatever is left alone for later never comes.
        for (let tries = 0; sent.length < all.length && tries < 40; tries += 1) {
          const claimed = (await Promise.all([claim(), claim()])).flat();
          sent.push(...claimed);
          await Promise.all([
            ...claimed.map((each) => home.store.webhooks.remove(each)),
            claim().then((more) => {
              sent.push(...more);
              return Promise.all(more.map((each) => home.store.webhooks.remove(each)));
            }),
          ]);
        }
        expect(sent.map((each) => each.place)).toEqual(['0', '1', '2', '3']);
      }
    });

    it('is shared: of several who claim at once each message goes to one', async () => {
      const all = Array.from({ length: 20 }, () => delivery(id(), '1'));
      await home.store.webhooks.append(all);
      const claims = await Promise.all([claim(20), claim(20), claim(20)]);
      expect(
        claims
          .flat()
          .map((each) => each.id)
          .sort(),
      ).toEqual(all.map((each) => each.id).sort());
    });
  });
}
