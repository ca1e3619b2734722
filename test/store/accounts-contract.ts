import { describe, expect, it } from 'vitest';
import { EmailTakenError, PersonTakenError } from '../../src/domain/errors.ts';
import { type ContractHome, id } from './home.ts';

/** What `AccountStore` promises. */
export function accountsContract(home: ContractHome): void {
  describe('accounts', () => {
    it('gives back what was stored, by id and by email', async () => {
      const ada = home.account();
      await home.store.accounts.insert(ada);
      await home.store.accounts.insert(home.account());
      expect(await home.store.accounts.findById(ada.id)).toEqual(ada);
      expect(await home.store.accounts.findByEmail(ada.email)).toEqual(ada);
    });

    it('knows nobody whom it was not given', async () => {
      expect(await home.store.accounts.findById(id())).toBeNull();
      expect(await home.store.accounts.findByEmail('nobody@example.com')).toBeNull();
    });

    it('finds many in one go, whichever of them exist', async () => {
      const [ada, bob] = [home.account(), home.account()];
      for (const each of [ada, bob, home.account()]) await home.store.accounts.insert(each);
      const found = await home.store.accounts.findMany([bob.id, id(), ada.id, ada.id]);
      const inOrder = (one: { id: string }, two: { id: string }) => (one.id < two.id ? -1 : 1);
      expect(found.sort(inOrder)).toEqual([ada, bob].sort(inOrder));
      expect(await home.store.accounts.findMany([])).toEqual([]);
    });

    it('lists all, page by page, whatever is added or taken away meanwhile', async () => {
      const all = Array.from({ length: 5 }, () => home.account());
      for (const each of all) await home.store.accounts.insert(each);
      const sorted = all.sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = await home.store.accounts.list(2, null);
      expect(page).toEqual(sorted.slice(0, 2));
      await home.store.accounts.delete(page[1]?.id ?? '');
      expect(await home.store.accounts.list(9, page[1]?.id ?? '')).toEqual(sorted.slice(2));
    });

    it('is disabled from a moment on, and enabled again', async () => {
      const ada = home.account();
      await home.store.accounts.insert(ada);
      const disabledAt = new Date(home.now);
      const disabled = { ...ada, disabledAt };
      expect(await home.store.accounts.update(ada.id, { disabledAt })).toEqual(disabled);
      expect(await home.store.accounts.update(ada.id, { name: 'Countess' })).toMatchObject({
        disabledAt,
      });
      expect(
        await home.store.accounts.update(ada.id, { name: ada.name, disabledAt: null }),
      ).toEqual(ada);
    });

    it('deletes the guests of one room, and tells of which rooms there are any', async () => {
      const [here, there] = [id(), id()];
      const member = home.account();
      const guests = [here, here, there].map((guestOf) => home.account({ guestOf }));
      for (const each of [member, ...guests]) await home.store.accounts.insert(each);
      expect((await home.store.accounts.roomsWithGuests()).sort()).toEqual([here, there].sort());
      const deleted = await home.store.accounts.deleteGuestsOf(here);
      expect(deleted.sort()).toEqual([guests[0]?.id, guests[1]?.id].sort());
      expect(await home.store.accounts.deleteGuestsOf(here)).toEqual([]);
      expect(await home.store.accounts.roomsWithGuests()).toEqual([there]);
      expect(await home.store.accounts.findById(guests[2]?.id ?? '')).toEqual(guests[2]);
      expect(await home.store.accounts.findById(member.id)).toEqual(member);
    });

    it('compares an email as given', async () => {
      const ada = home.account({ email: 'ada@example.com' });
      await home.store.accounts.insert(ada);
      expect(await home.store.accounts.findByEmail('Ada@example.com')).toBeNull();
      expect(await home.store.accounts.findByEmail('ada@example.co_')).toBeNull();
    });

    it('keeps any text as it is', async () => {
      const ada = home.account({ name: `Zoë 👩‍💻 '; DROP TABLE accounts; -- {"$gt": ""} \u202e` });
      await home.store.accounts.insert(ada);
      expect(await home.store.accounts.findById(ada.id)).toEqual(ada);
    });

    it('refuses an email that is taken, and keeps the first account', async () => {
      const ada = home.account();
      await home.store.accounts.insert(ada);
      await expect(home.store.accounts.insert(home.account({ email: ada.email }))).rejects.toThrow(
        EmailTakenError,
      );
      expect(await home.store.accounts.findByEmail(ada.email)).toEqual(ada);
    });

    it('does not take an id used twice for an email used twice', async () => {
      const ada = home.account();
      await home.store.accounts.insert(ada);
      const error = await rejection(home.store.accounts.insert(home.account({ id: ada.id })));
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(EmailTakenError);
    });

    it('lets exactly one of many registrations of one email win, also across two stores', async () => {
      const other = await home.another();
      for (let round = 0; round < 5; round++) {
        const rivals = Array.from({ length: 8 }, () =>
          home.account({ email: `round${round}@e.com` }),
        );
        const results = await Promise.allSettled(
          rivals.map((rival, i) => (i % 2 === 0 ? home.store : other).accounts.insert(rival)),
        );
        const winners = rivals.filter((_, i) => results[i]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(EmailTakenError);
        }
        expect(await other.accounts.findByEmail(`round${round}@e.com`)).toEqual(winners[0]);
      }
    });

    it('changes the given fields alone', async () => {
      const ada = home.account();
      const eve = home.account();
      await home.store.accounts.insert(ada);
      await home.store.accounts.insert(eve);
      const renamed = { ...ada, name: 'Ada L.' };
      expect(await home.store.accounts.update(ada.id, { name: 'Ada L.' })).toEqual(renamed);
      const rehashed = { ...renamed, passwordHash: '$argon2id$new' };
      expect(await home.store.accounts.update(ada.id, { passwordHash: '$argon2id$new' })).toEqual(
        rehashed,
      );
      const verified = { ...rehashed, emailVerified: true };
      expect(await home.store.accounts.update(ada.id, { emailVerified: true })).toEqual(verified);
      expect(await home.store.accounts.update(ada.id, {})).toEqual(verified);
      expect(await home.store.accounts.findById(ada.id)).toEqual(verified);
      expect(await home.store.accounts.findById(eve.id)).toEqual(eve);
      expect(await home.store.accounts.update(id(), { name: 'Nobody' })).toBeNull();
    });

    it('finds a person by issuer and subject, whatever the email, and keeps two issuers apart', async () => {
      const person = { issuer: 'https://one.example.com', subject: 'ann' };
      const identity = {
        ...person,
        email: 'ann@example.com',
        picture: 'https://one.example.com/a.png',
      };
      const ann = home.account({ identity });
      const other = home.account({ identity: { ...identity, issuer: 'https://two.example.com' } });
      const own = home.account({ email: identity.email });
      for (const each of [ann, other, own]) await home.store.accounts.insert(each);
      expect(await home.store.accounts.findById(ann.id)).toEqual(ann);
      expect(await home.store.accounts.findByPerson(person)).toEqual(ann);
      expect(await home.store.accounts.findByEmail(identity.email)).toEqual(own);
      for (const no of ['Ann', 'an', 'ann ', '%']) {
        expect(await home.store.accounts.findByPerson({ ...person, subject: no })).toBeNull();
      }
      const changed = { ...identity, email: null, picture: null };
      expect(await home.store.accounts.update(ann.id, { identity: changed })).toEqual({
        ...ann,
        identity: changed,
      });
      expect(await home.store.accounts.update(own.id, { name: 'Own' })).toMatchObject({
        identity: null,
      });
    });

    it('lets exactly one of many accounts of one person win, also across two stores', async () => {
      const other = await home.another();
      const identity = { issuer: 'i', subject: 's', email: null, picture: null };
      const rivals = Array.from({ length: 8 }, () => home.account({ identity }));
      const results = await Promise.allSettled(
        rivals.map((rival, i) => (i % 2 === 0 ? home.store : other).accounts.insert(rival)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(PersonTakenError);
      }
    });

    it('replaces a password hash only where it is still the one that was read', async () => {
      const other = await home.another();
      const ada = home.account();
      await home.store.accounts.insert(ada);
      const { id: adaId, passwordHash } = ada;
      const results = await Promise.all([
        home.store.accounts.replacePasswordHash(adaId, passwordHash, '$argon2id$one'),
        other.accounts.replacePasswordHash(adaId, passwordHash, '$argon2id$two'),
      ]);
      expect([...results].sort()).toEqual([false, true]);
      const winner = results[0] ? '$argon2id$one' : '$argon2id$two';
      expect(await other.accounts.findById(adaId)).toEqual({ ...ada, passwordHash: winner });
      expect(await home.store.accounts.replacePasswordHash(id(), passwordHash, 'x')).toBe(false);
    });

    it('deletes once, and frees the email', async () => {
      const ada = home.account();
      await home.store.accounts.insert(ada);
      const results = await Promise.all([
        home.store.accounts.delete(ada.id),
        home.store.accounts.delete(ada.id),
      ]);
      expect(results.sort()).toEqual([false, true]);
      expect(await home.store.accounts.findById(ada.id)).toBeNull();
      await home.store.accounts.insert(home.account({ email: ada.email }));
    });
  });
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
