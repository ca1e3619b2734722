import { describe, expect, it } from 'vitest';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `OutsideTokenStore` promises. */
export function outsideTokensContract(home: ContractHome): void {
  describe('tokens of issuers outside', () => {
    it('gives back what was stored, until it has expired', async () => {
      const token = home.outsideToken();
      expect(await home.store.outsideTokens.put(token, null)).toBe(true);
      expect(await home.store.outsideTokens.find(token.hash)).toEqual(token);
      expect(await home.store.outsideTokens.find(id())).toBeNull();
      home.now = token.expiresAt.getTime();
      expect(await home.store.outsideTokens.find(token.hash)).toBeNull();
    });

    it('lets exactly one of many that come with one token first win, also across two stores', async () => {
      const other = await home.another();
      const rivals = Array.from({ length: 8 }, () => home.outsideToken({ hash: 'the same' }));
      const put = await Promise.all(
        rivals.map((rival, i) => (i % 2 ? home.store : other).outsideTokens.put(rival, null)),
      );
      expect(put.filter((won) => won)).toHaveLength(1);
      expect(await other.outsideTokens.find('the same')).toEqual(rivals[put.indexOf(true)]);
    });

    it('replaces only the session that was read, and takes an expired one for none', async () => {
      const token = home.outsideToken();
      const next = { ...token, sessionId: id() };
      await home.store.outsideTokens.put(token, null);
      expect(await home.store.outsideTokens.put(next, null)).toBe(false);
      expect(await home.store.outsideTokens.put(next, id())).toBe(false);
      expect(await home.store.outsideTokens.find(token.hash)).toEqual(token);
      expect(await home.store.outsideTokens.put(next, token.sessionId)).toBe(true);
      expect(await home.store.outsideTokens.find(token.hash)).toEqual(next);
      home.now = token.expiresAt.getTime();
      const later = home.outsideToken({ hash: token.hash });
      expect(await home.store.outsideTokens.put(later, null)).toBe(true);
      expect(await home.store.outsideTokens.find(token.hash)).toEqual(later);
    });

    it('pushes the end of a session on for all tokens that stand for it, never back', async () => {
      const sessionId = id();
      const [one, two] = [home.outsideToken({ sessionId }), home.outsideToken({ sessionId })];
      const foreign = home.outsideToken();
      for (const each of [one, two, foreign]) await home.store.outsideTokens.put(each, null);
      const sessionEndsAt = new Date(one.sessionEndsAt.getTime() + MINUTE);
      await home.store.outsideTokens.extend(sessionId, sessionEndsAt);
      await home.store.outsideTokens.extend(sessionId, one.sessionEndsAt);
      for (const each of [one, two]) {
        const found = await home.store.outsideTokens.find(each.hash);
        expect(found).toEqual({ ...each, sessionEndsAt });
      }
      expect(await home.store.outsideTokens.find(foreign.hash)).toEqual(foreign);
    });

    it('remembers the latest end of a person for as long as it is told to', async () => {
      const ann = { issuer: 'https://one.example.com', subject: 'ann' };
      const other = { issuer: 'https://two.example.com', subject: 'ann' };
      const [first, second] = [new Date(home.now), new Date(home.now + MINUTE)];
      const until = new Date(home.now + 10 * MINUTE);
      await home.store.outsideTokens.endPerson(ann, second, until);
      await home.store.outsideTokens.endPerson(ann, first, new Date(home.now + MINUTE));
      expect(await home.store.outsideTokens.endOf(ann)).toEqual(second);
      expect(await home.store.outsideTokens.endOf(other)).toBeNull();
      home.now = until.getTime();
      expect(await home.store.outsideTokens.endOf(ann)).toBeNull();
    });
  });
}
