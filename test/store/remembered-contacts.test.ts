import { expect, it } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { ContactPair, ContactStore } from '../../src/domain/people/ports.ts';
import { RememberedContacts } from '../../src/store/remembered-contacts.ts';

const PAIR: ContactPair = {
  ...{ one: 'ann', two: 'bob', stanceOfOne: 'WANTS', stanceOfTwo: 'NONE' },
  ...{ since: new Date(0), revision: 'first' },
};

/** A store of one pair that counts the reads, and can hold them back or fail to answer a write. */
class Watched {
  pair: ContactPair | null = null;
  reads = 0;
  loses = false;
  gate: Promise<void> = Promise.resolve();
  readonly contacts = new RememberedContacts({
    find: async () => {
      this.reads += 1;
      return this.pair;
    },
    listOf: async (userId: string) => {
      this.reads += 1;
      const { pair } = this;
      await this.gate;
      return pair !== null && [pair.one, pair.two].includes(userId) ? [pair] : [];
    },
    put: async (pair: ContactPair) => {
      this.pair = pair;
      if (this.loses) throw new UnavailableError('The answer is lost.');
      return true;
    },
  } as Partial<ContactStore> as ContactStore);
}

it('asks once about somebody who has no contacts, until they have one', async () => {
  const watched = new Watched();
  const { contacts } = watched;
  for (let n = 0; n < 3; n += 1) expect(await contacts.listOf('bob')).toEqual([]);
  expect(await contacts.find('ann', 'bob')).toBeNull();
  expect(watched.reads).toBe(1);
  await contacts.put(PAIR, null);
  expect(await contacts.find('ann', 'bob')).toEqual(PAIR);
  for (let n = 0; n < 2; n += 1) expect(await contacts.listOf('bob')).toEqual([PAIR]);
  expect(watched.reads).toBe(4);
});

it('remembers nothing that was read while a contact was made', async () => {
  const watched = new Watched();
  const { contacts } = watched;
  let release = () => {};
  watched.gate = new Promise((resolve) => {
    release = resolve;
  });
  const reading = contacts.listOf('bob');
  await contacts.put(PAIR, null);
  release();
  expect(await reading).toEqual([]);
  expect(await contacts.listOf('bob')).toEqual([PAIR]);
});

it('asks again after a write of which nobody knows whether it was stored', async () => {
  const watched = new Watched();
  const { contacts } = watched;
  expect(await contacts.listOf('bob')).toEqual([]);
  watched.loses = true;
  await expect(contacts.put(PAIR, null)).rejects.toThrow('lost');
  expect(await contacts.listOf('bob')).toEqual([PAIR]);
});
