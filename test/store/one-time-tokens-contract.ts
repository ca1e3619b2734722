import { describe, expect, it } from 'vitest';
import { type ContractHome, id, MINUTE } from './home.ts';

/** What `OneTimeTokenStore` promises. */
export function oneTimeTokensContract(home: ContractHome): void {
  describe('one-time tokens', () => {
    it('gives a token back once', async () => {
      const reset = home.oneTimeToken();
      const connect = home.oneTimeToken({ purpose: 'CONNECT', sessionId: id() });
      for (const each of [reset, connect]) await home.store.oneTimeTokens.insert(each);
      expect(await home.store.oneTimeTokens.take(reset.hash, 'RESET_PASSWORD')).toEqual(reset);
      expect(await home.store.oneTimeTokens.take(connect.hash, 'CONNECT')).toEqual(connect);
      expect(await home.store.oneTimeTokens.take(reset.hash, 'RESET_PASSWORD')).toBeNull();
      expect(await home.store.oneTimeTokens.take(id(), 'CONNECT')).toBeNull();
    });

    it('lets exactly one of many takes win, also across two stores', async () => {
      const other = await home.another();
      const reset = home.oneTimeToken();
      await home.store.oneTimeTokens.insert(reset);
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? home.store : other).oneTimeTokens.take(reset.hash, 'RESET_PASSWORD'),
        ),
      );
      expect(taken.filter((token) => token !== null)).toEqual([reset]);
    });

    it('is worth nothing for another purpose, and stays good for its own', async () => {
      const verify = home.oneTimeToken({ purpose: 'VERIFY_EMAIL' });
      await home.store.oneTimeTokens.insert(verify);
      expect(await home.store.oneTimeTokens.take(verify.hash, 'RESET_PASSWORD')).toBeNull();
      expect(await home.store.oneTimeTokens.take(verify.hash, 'VERIFY_EMAIL')).toEqual(verify);
    });

    it('never returns an expired one, not even in its last moment', async () => {
      const reset = home.oneTimeToken();
      await home.store.oneTimeTokens.insert(reset);
      home.now += 30 * MINUTE;
      expect(await home.store.oneTimeTokens.take(reset.hash, 'RESET_PASSWORD')).toBeNull();
      await home.store.oneTimeTokens.insert(home.oneTimeToken());
    });

    it('deletes those of one account', async () => {
      const accountId = id();
      const own = [home.oneTimeToken({ accountId }), home.oneTimeToken({ accountId })];
      const foreign = home.oneTimeToken();
      for (const each of [...own, foreign]) await home.store.oneTimeTokens.insert(each);
      await home.store.oneTimeTokens.deleteByAccount(accountId);
      for (const { hash, purpose } of own) {
        expect(await home.store.oneTimeTokens.take(hash, purpose)).toBeNull();
      }
      const { hash, purpose } = foreign;
      expect(await home.store.oneTimeTokens.take(hash, purpose)).toEqual(foreign);
    });
  });
}
