import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAsGuest } from '../kit/guests.ts';
import { apiKeyToken } from '../kit/issuers.ts';
import { MailServer } from '../kit/mail-server.ts';
import { mutate, type Outcome } from '../kit/mutate.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const KEY = { id: 'acme', secret: 'a-secret-of-32-bytes-or-more-for-tests' };
const CONTACT = 'contact { user { id name } email state since }';
const CONTACTS = `query ($first: Int, $after: String) {
  contacts(first: $first, after: $after) {
    edges { cursor node { user { id name } email state since } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Shown {
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly email: string | null;
  readonly state: string;
  readonly since: string;
}
interface Page {
  readonly contacts: {
    readonly edges: readonly { readonly cursor: string; readonly node: Shown }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** People and what they do, on one server. */
class House {
  readonly server: TestServer;
  constructor(server: TestServer) {
    this.server = server;
  }

  join(name: string): Promise<Person> {
    return register(this.server.graphqlUrl, name);
  }

  act(person: Person, name: string, input: object, fields = CONTACT): Promise<Outcome> {
    return mutate(this.server.graphqlUrl, name, input, fields, person.headers);
  }

  request(person: Person, input: object): Promise<Outcome> {
    return this.act(person, 'requestContact', input);
  }

  async page(person: Person, first = 50, after: string | null = null) {
    const variables = { first, after };
    const answer = await post<Page, object>(
      this.server.graphqlUrl,
      CONTACTS,
      variables,
      person.headers,
    );
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data.contacts;
  }

  async contacts(person: Person): Promise<Shown[]> {
    return (await this.page(person)).edges.map(({ node }) => node);
  }

  /** `Bob ACCEPTED` of each contact; an address in place of a name that is not shown. */
  async seen(person: Person): Promise<string[]> {
    const contacts = await this.contacts(person);
    return contacts.map(({ user, email, state }) => `${user?.name ?? email} ${state}`);
  }

  /** Requests by address are delivered after their answer. */
  untilSeen(person: Person, seen: readonly string[]): Promise<void> {
    return until(
      async () => (await this.seen(person)).join() === seen.join(),
      `${person.name} to see ${seen}`,
    );
  }
}

async function withHouse(env: Record<string, string>, use: (house: House) => Promise<void>) {
  const server = await startServer({ env });
  try {
    await use(new House(server));
  } finally {
    await server.close();
  }
}

describe('contacts', () => {
  let house: House;
  beforeAll(async () => {
    const env = {
      CONTACT_REQUESTS_PER_USER: '10000',
      CONTACT_REQUESTS_PER_ADDRESS: '10000',
      API_KEYS: `${KEY.id}:${KEY.secret}`,
    };
    house = new House(await startServer({ env }));
  });
  afterAll(() => house.server.close());

  test('by id: asked, accepted, removed; both see each step', async () => {
    const [ann, bob] = [await house.join('Ann'), await house.join('Bob')];
    const asked = await house.request(ann, { userId: bob.accountId });
    expect(asked).toMatchObject({
      __typename: 'RequestContactSuccess',
      contact: { user: { id: bob.accountId, name: 'Bob' }, email: null, state: 'REQUESTED' },
    });
    expect(await house.request(ann, { userId: bob.accountId })).toEqual(asked);
    expect(await house.seen(bob)).toEqual(['Ann INCOMING']);
    const yes = { userId: ann.accountId, accepted: true };
    for (let times = 0; times < 2; times += 1) {
      expect(await house.act(bob, 'answerContact', yes)).toMatchObject({
        contact: { user: { name: 'Ann' }, state: 'ACCEPTED' },
      });
    }
    // A request that is declined looks as before, to the moment.
    const cleo = await house.join('Cleo');
    await house.request(cleo, { userId: bob.accountId });
    const before = await house.contacts(cleo);
    await house.act(bob, 'answerContact', { userId: cleo.accountId, accepted: false });
    expect(await house.contacts(cleo)).toEqual(before);
    expect(await house.seen(bob)).toEqual(['Ann ACCEPTED']);
    await house.act(bob, 'updateProfile', { name: 'Robert' }, 'account { id }');
    expect(await house.seen(ann)).toEqual(['Robert ACCEPTED']);
    const gone = { userId: bob.accountId };
    expect(await house.act(ann, 'removeContact', gone, 'removed')).toMatchObject({ removed: true });
    expect(await house.act(ann, 'removeContact', gone, 'removed')).toMatchObject({
      removed: false,
    });
    expect([await house.seen(ann), await house.seen(bob)]).toEqual([[], []]);
  });

  test('by address: the same for one that has an account and one that has none, until it is accepted', async () => {
    const [ann, bob] = [await house.join('Ann'), await house.join('Bob')];
    const unknown = 'nobody-at-all@example.com';
    const known = await house.request(ann, { email: bob.email.toUpperCase() });
    const none = await house.request(ann, { email: unknown });
    const shape = ({ contact, ...rest }: Outcome) => {
      const { email, since, ...shown } = contact as { email: string; since: string };
      return { ...rest, ...shown, hasSince: Date.parse(since) > 0, hasEmail: email.includes('@') };
    };
    expect(shape(known)).toEqual(shape(none));
    await house.untilSeen(bob, ['Ann INCOMING']);
    const pending = [`${unknown} REQUESTED`, `${bob.email} REQUESTED`];
    expect((await house.seen(ann)).sort()).toEqual(pending.sort());
    // Declined: nothing changes for Ann, who asks again, which changes nothing for Bob.
    const before = await house.contacts(ann);
    const no = { userId: ann.accountId, accepted: false };
    expect(await house.act(bob, 'answerContact', no)).toMatchObject({ contact: null });
    expect(await house.contacts(ann)).toEqual(before);
    await house.request(ann, { email: bob.email });
    await house.request(bob, { email: unknown });
    await house.untilSeen(bob, [`${unknown} REQUESTED`]);
    // Bob thinks better of it.
    await house.request(bob, { userId: ann.accountId });
    expect((await house.seen(ann)).sort()).toEqual(['Bob ACCEPTED', `${unknown} REQUESTED`]);
    const withdrawn = { email: unknown };
    expect(await house.act(ann, 'removeContact', withdrawn, 'removed')).toMatchObject({
      removed: true,
    });
    expect(await house.seen(ann)).toEqual(['Bob ACCEPTED']);
  });

  test('who asks the one who has asked, by address or at the same time, is a contact at once', async () => {
    const [ann, bob, cleo] = await Promise.all(['Ann', 'Bob', 'Cleo'].map((n) => house.join(n)));
    if (!ann || !bob || !cleo) throw new Error('somebody is missing');
    await house.request(ann, { email: bob.email });
    await house.untilSeen(bob, ['Ann INCOMING']);
    await house.request(bob, { email: ann.email });
    await house.untilSeen(ann, ['Bob ACCEPTED']);
    await house.untilSeen(bob, ['Ann ACCEPTED']);
    await Promise.all([
      house.request(ann, { userId: cleo.accountId }),
      house.request(cleo, { userId: ann.accountId }),
    ]);
    expect(await house.seen(cleo)).toEqual(['Ann ACCEPTED']);
  });

  test('blocked is answered as not there, and a block wins over what comes at the same time', async () => {
    const [ann, bob] = [await house.join('Ann'), await house.join('Bob')];
    const block = () => house.act(ann, 'blockUser', { userId: bob.accountId });
    await house.request(bob, { userId: ann.accountId });
    await Promise.all([
      block(),
      house.act(ann, 'answerContact', { userId: bob.accountId, accepted: true }),
      house.request(bob, { userId: ann.accountId }),
    ]);
    expect(await house.seen(ann)).toEqual(['Bob BLOCKED']);
    expect(await house.seen(bob)).toEqual([]);
    // Every answer about Ann is one about nobody.
    for (const [name, more, fields] of [
      ['requestContact', {}, CONTACT],
      ['answerContact', { accepted: true }, CONTACT],
      ['removeContact', {}, 'removed'],
      ['blockUser', {}, 'contact { state user { name } }'],
    ] as const) {
      const about = (userId: string) => house.act(bob, name, { userId, ...more }, fields);
      expect(await about(ann.accountId), name).toEqual(await about('0123456789abcdef'));
    }
    for (const userId of [ann.accountId, '0123456789abcdef']) {
      await house.act(bob, 'unblockUser', { userId }, 'userId');
    }
    await house.request(bob, { email: ann.email });
    await house.request(ann, { email: bob.email });
    await house.untilSeen(ann, [`${bob.email} REQUESTED`, 'Bob BLOCKED']);
    expect(await house.seen(bob)).toEqual([`${ann.email} REQUESTED`]);
    // Nothing comes back with the end of the block.
    await house.act(ann, 'removeContact', { email: bob.email }, 'removed');
    await house.act(ann, 'removeContact', { userId: bob.accountId }, 'removed');
    expect(await house.seen(ann)).toEqual(['Bob BLOCKED']);
    await house.act(ann, 'unblockUser', { userId: bob.accountId }, 'userId');
    expect(await house.seen(ann)).toEqual([]);
  });

  test('nobody, oneself, guests and wrong inputs', async () => {
    const ann = await house.join('Ann');
    const { graphqlUrl } = house.server;
    const { id } = await createRoom(graphqlUrl, ann, { allowGuests: true });
    const guest = await enterAsGuest(graphqlUrl, id, 'Guest');
    expect(await house.page(guest)).toMatchObject({ edges: [] });
    await expect(house.request(guest, { email: ann.email })).rejects.toThrow('FORBIDDEN');
    for (const userId of ['0123456789abcdef', guest.accountId]) {
      expect((await house.request(ann, { userId })).__typename).toBe('UserNotFoundError');
    }
    // The made-up address of a guest leads nowhere, and is answered as any other.
    const made = { email: guest.email };
    expect((await house.request(ann, made)).__typename).toBe('RequestContactSuccess');
    for (const input of [
      ...[{}, { email: ann.email, userId: 'x' }, { email: ann.email }, { email: 'nonsense' }],
      ...[{ userId: ann.accountId }, { userId: '' }, { userId: 'a b' }],
    ]) {
      expect((await house.request(ann, input)).__typename).toBe('InvalidInputError');
    }
    const own = await house.act(ann, 'blockUser', { userId: ann.accountId });
    expect(own.__typename).toBe('InvalidInputError');
    const answer = { userId: 'nobody', accepted: false };
    expect((await house.act(ann, 'answerContact', answer)).__typename).toBe('ContactNotFoundError');
    await expect(house.page(ann, 101)).rejects.toThrow('from 1 to 100');
    await expect(house.page(ann, 5, 'nonsense')).rejects.toThrow('is not a cursor');
  });

  test('people of an outside issuer are asked by id, and never by the address that the issuer gives', async () => {
    const ann = await house.join('Ann');
    const email = 'zoe@acme.example';
    const token = await apiKeyToken(KEY, { sub: 'zoe', name: 'Zoe', email, email_verified: true });
    const headers = { authorization: `Bearer ${token}` };
    const me = await post<{ me: { id: string } }, object>(
      house.server.graphqlUrl,
      '{ me { id } }',
      {},
      headers,
    );
    const zoe = { ...ann, name: 'Zoe', email, headers, accountId: me.data?.me.id ?? '' };
    await house.request(ann, { email });
    await house.request(ann, { userId: zoe.accountId });
    await house.untilSeen(zoe, ['Ann INCOMING']);
    await house.act(zoe, 'answerContact', { userId: ann.accountId, accepted: true });
    expect(await house.seen(ann)).toEqual(['Zoe ACCEPTED', `${email} REQUESTED`]);
  });

  test('are read page by page, newest first, and are gone with an account', async () => {
    const ann = await house.join('Ann');
    const others = await Promise.all(['B', 'C', 'D'].map((name) => house.join(name)));
    for (const { accountId } of others) await house.request(ann, { userId: accountId });
    const first = await house.page(ann, 2);
    expect(first.edges.map(({ node }) => node.user?.name)).toEqual(['D', 'C']);
    expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges[1]?.cursor });
    const second = await house.page(ann, 2, first.pageInfo.endCursor);
    expect(second.edges.map(({ node }) => node.user?.name)).toEqual(['B']);
    expect(second.pageInfo.hasNextPage).toBe(false);
    const [, , dora] = others;
    if (dora === undefined) throw new Error('D is missing');
    await house.act(dora, 'deleteAccount', { password: dora.password }, 'accountId');
    expect(await house.seen(ann)).toEqual(['C REQUESTED', 'B REQUESTED']);
  });

  test('reachability: contacts may call by default; each choice is kept by itself', async () => {
    const ann = await house.join('Ann');
    const fields = 'reachability { allowCallsFrom showPresence callWaiting }';
    const own = async () =>
      (await post(house.server.graphqlUrl, `{ ${fields} }`, {}, ann.headers)).data;
    const usual = { allowCallsFrom: 'CONTACTS', showPresence: true, callWaiting: false };
    expect(await own()).toEqual({ reachability: usual });
    const change = (input: object) => house.act(ann, 'updateReachability', input, fields);
    expect(await change({})).toMatchObject({ reachability: usual });
    await change({ allowCallsFrom: 'NOBODY' });
    await change({ callWaiting: true });
    const both = { allowCallsFrom: 'NOBODY', showPresence: false, callWaiting: true };
    expect(await change({ showPresence: false, allowCallsFrom: null })).toMatchObject({
      reachability: both,
    });
    expect(await own()).toEqual({ reachability: both });
  });
});

test('where mail is sent, a request by address reaches only who has verified it', async () => {
  const mail = await MailServer.start();
  try {
    await withHouse({ SMTP_URL: mail.url, PUBLIC_URL: 'http://localhost' }, async (house) => {
      const people = await Promise.all(['Ann', 'Bob', 'Cleo'].map((name) => house.join(name)));
      const [ann, bob, cleo] = people;
      if (!ann || !bob || !cleo) throw new Error('somebody is missing');
      const verify = async ({ email }: Person) => {
        const token = await mail.tokenFor(email, 'verifyEmail');
        await mutate(house.server.graphqlUrl, 'verifyEmail', { token }, '__typename');
      };
      await verify(cleo);
      await house.request(ann, { email: bob.email });
      await house.request(ann, { email: cleo.email });
      await house.untilSeen(cleo, ['Ann INCOMING']);
      expect(await house.seen(bob)).toEqual([]);
      await verify(bob);
      await house.request(ann, { email: bob.email });
      await house.untilSeen(bob, ['Ann INCOMING']);
    });
  } finally {
    await mail.close();
  }
});

describe('limits', () => {
  test('CONTACTS_PER_USER and BLOCKS_PER_USER hold also for requests that come all at once', () =>
    withHouse({ CONTACTS_PER_USER: '3', BLOCKS_PER_USER: '2' }, async (house) => {
      const ann = await house.join('Ann');
      const others = await Promise.all(['B', 'C', 'D', 'E', 'F'].map((name) => house.join(name)));
      // Some of them have asked already: then a request accepts.
      for (const other of others.slice(0, 2)) {
        await house.request(other, { userId: ann.accountId });
      }
      const outcomes = await Promise.all([
        ...others.map(({ accountId }) => house.request(ann, { userId: accountId })),
        ...['x', 'y', 'z'].map((name) => house.request(ann, { email: `${name}@example.com` })),
      ]);
      const names = outcomes.map(({ __typename }) => __typename);
      expect(names.filter((name) => name === 'RequestContactSuccess')).toHaveLength(3);
      expect(names.filter((name) => name === 'TooManyContactsError')).toHaveLength(5);
      const own = (await house.contacts(ann)).filter(({ state }) => state !== 'INCOMING');
      expect(own).toHaveLength(3);
      await Promise.all(
        ['p', 'q', 'r', 's'].map((userId) => house.act(ann, 'blockUser', { userId })),
      );
      const all = await house.contacts(ann);
      expect(all.filter(({ state }) => state === 'BLOCKED')).toHaveLength(2);
    }));

  test('CONTACTS_PER_USER: so many contacts and requests of one’s own, also by address; past them one has to go', () =>
    withHouse({ CONTACTS_PER_USER: '2' }, async (house) => {
      const people = await Promise.all(['Ann', 'Bob', 'Cleo'].map((name) => house.join(name)));
      const [ann, bob, cleo] = people;
      if (!ann || !bob || !cleo) throw new Error('somebody is missing');
      await house.request(ann, { userId: bob.accountId });
      await house.request(ann, { email: 'one@example.com' });
      for (const input of [{ userId: cleo.accountId }, { email: 'two@example.com' }]) {
        expect((await house.request(ann, input)).__typename).toBe('TooManyContactsError');
      }
      // What is there already is no more.
      expect((await house.request(ann, { userId: bob.accountId })).__typename).toBe(
        'RequestContactSuccess',
      );
      await house.request(cleo, { userId: ann.accountId });
      const accept = () =>
        house.act(ann, 'answerContact', { userId: cleo.accountId, accepted: true });
      expect((await accept()).__typename).toBe('TooManyContactsError');
      await house.act(ann, 'removeContact', { email: 'one@example.com' }, 'removed');
      expect((await accept()).__typename).toBe('AnswerContactSuccess');
    }));

  test('BLOCKS_PER_USER: so many blocked users, past them one has to be unblocked', () =>
    withHouse({ BLOCKS_PER_USER: '2' }, async (house) => {
      const ann = await house.join('Ann');
      const block = async (userId: string) =>
        (await house.act(ann, 'blockUser', { userId })).__typename;
      expect(await block('first')).toBe('BlockUserSuccess');
      expect(await block('second')).toBe('BlockUserSuccess');
      expect(await block('third')).toBe('TooManyContactsError');
      expect(await block('second')).toBe('BlockUserSuccess');
      await house.act(ann, 'unblockUser', { userId: 'first' }, 'userId');
      expect(await block('third')).toBe('BlockUserSuccess');
    }));

  test('CONTACT_REQUESTS_WAITING: so many requests wait for one user; by address nobody is told that there are more', () =>
    withHouse({ CONTACT_REQUESTS_WAITING: '2' }, async (house) => {
      const target = await house.join('Target');
      const crowd = await Promise.all(['A', 'B', 'C', 'D'].map((name) => house.join(name)));
      const [a, b, c, d] = crowd;
      if (!a || !b || !c || !d) throw new Error('somebody is missing');
      const input = { userId: target.accountId };
      for (const one of [a, b]) {
        expect((await house.request(one, input)).__typename).toBe('RequestContactSuccess');
      }
      expect((await house.request(c, input)).__typename).toBe('RateLimitedError');
      expect((await house.request(d, { email: target.email })).__typename).toBe(
        'RequestContactSuccess',
      );
      // A later one has arrived, so that one was not delivered. It is when it is asked again.
      await house.request(d, { email: c.email });
      await house.untilSeen(c, ['D INCOMING']);
      expect(await house.seen(target)).toEqual(['B INCOMING', 'A INCOMING']);
      await house.act(target, 'blockUser', { userId: a.accountId });
      await house.request(d, { email: target.email });
      await house.untilSeen(target, ['D INCOMING', 'A BLOCKED', 'B INCOMING']);
    }));

  test('CONTACT_REQUESTS_WAITING holds also for requests by address that come all at once', () =>
    withHouse({ CONTACT_REQUESTS_WAITING: '3' }, async (house) => {
      const target = await house.join('Target');
      const crowd = await Promise.all('ABCDEF'.split('').map((name) => house.join(name)));
      const last = await house.join('Last');
      await Promise.all(crowd.map((one) => house.request(one, { email: target.email })));
      // When this one has arrived, those before it have been tried.
      await house.request(target, { email: last.email });
      await house.untilSeen(last, ['Target INCOMING']);
      const waiting = async () =>
        (await house.seen(target)).filter((one) => one.endsWith('INCOMING')).length;
      await until(async () => (await waiting()) <= 3, 'three requests at most');
    }));

  test.each([
    ['CONTACT_REQUESTS_PER_USER', 'account'],
    ['CONTACT_REQUESTS_PER_ADDRESS', 'address'],
  ])('%s: so many requests of one %s, past them it waits and nobody else does', (variable, who) =>
    withHouse({ [variable]: '3', TRUST_PROXY: 'loopback' }, async (house) => {
      const [ann, bob] = [await house.join('Ann'), await house.join('Bob')];
      let number = 0;
      const ask = (person: Person, address: string) => {
        number += 1;
        const headers = { ...person.headers, 'x-forwarded-for': address };
        return house.request({ ...person, headers }, { email: `somebody${number}@example.com` });
      };
      const [same, other] = who === 'account' ? [ann, bob] : [bob, ann];
      const address = (n: number) => (who === 'account' ? `192.0.2.${n}` : '192.0.2.1');
      for (let n = 1; n <= 3; n += 1) {
        expect((await ask(ann, address(n))).__typename).toBe('RequestContactSuccess');
      }
      expect(await ask(same, address(4))).toMatchObject({
        __typename: 'RateLimitedError',
        retryAfter: 1,
      });
      expect((await ask(other, '192.0.2.9')).__typename).toBe('RequestContactSuccess');
    }),
  );
});
