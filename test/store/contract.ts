import { describe, expect, it } from 'vitest';
import { EmailTakenError, UnavailableError } from '../../src/domain/errors.ts';
import { accountsContract } from './accounts-contract.ts';
import { callsContract } from './calls-contract.ts';
import { contactsContract } from './contacts-contract.ts';
import { ContractHome, id, type StoreHome } from './home.ts';
import { oneTimeTokensContract } from './one-time-tokens-contract.ts';
import { outsideTokensContract } from './outside-tokens-contract.ts';
import { roomsContract } from './rooms-contract.ts';
import { sessionsContract } from './sessions-contract.ts';
import { webhooksContract } from './webhooks-contract.ts';

/** What the ports promise, over any implementation. */
export function storeContract(make: () => Promise<StoreHome>): void {
  const home = new ContractHome(make);
  accountsContract(home);
  sessionsContract(home);
  oneTimeTokensContract(home);
  outsideTokensContract(home);
  roomsContract(home);
  webhooksContract(home);
  contactsContract(home);
  callsContract(home);

  describe('the store', () => {
    it('has everything after it was closed and opened again', async () => {
      const [ada, here, lobby] = [home.account(), home.session(), home.room()];
      await home.store.accounts.insert(ada);
      await home.store.sessions.insert(here);
      await home.store.rooms.insert(lobby);
      await home.store.close();
      const again = await home.another();
      expect(await again.accounts.findByEmail(ada.email)).toEqual(ada);
      expect(await again.sessions.find(here.id)).toEqual(here);
      expect(await again.rooms.find(lobby.id)).toEqual(lobby);
      await expect(again.accounts.insert(home.account({ email: ada.email }))).rejects.toThrow(
        EmailTakenError,
      );
    });

    it('answers a ping until it is closed, and then says that it is not available', async () => {
      await home.store.ping();
      await home.store.close();
      await home.store.close();
      await expect(home.store.ping()).rejects.toThrow(UnavailableError);
      await expect(home.store.accounts.findById(id())).rejects.toThrow(UnavailableError);
      await expect(home.store.rooms.insert(home.room())).rejects.toThrow(UnavailableError);
    });

    it('does not mix with another that is open beside it', async () => {
      const elsewhere = await home.make();
      const other = await elsewhere.open(home.clock);
      try {
        const ada = home.account();
        await home.store.accounts.insert(ada);
        await other.accounts.insert(home.account({ email: ada.email }));
        expect(await other.accounts.findById(ada.id)).toBeNull();
        await other.close();
        expect(await home.store.accounts.findById(ada.id)).toEqual(ada);
      } finally {
        await other.close();
        await elsewhere.dispose();
      }
    });
  });
}
