import { createECDH, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { type Person, post, register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { attacks } from './attack.ts';

const REQUESTS = 60;
/** Of each device of whoever rings over and over. */
const RINGS = 30;
const SUBSCRIPTIONS = 10_000;
const AT_ONCE = 20;
const ALIASES = 15;
const SAVE_MANY = `mutation (${each((n) => `$s${n}: SavePushSubscriptionInput!`)}) {
  ${each((n) => `s${n}: savePushSubscription(input: $s${n}) { __typename }`)}
}`;

function each(write: (n: number) => string): string {
  return Array.from({ length: ALIASES }, (_, n) => write(n)).join(' ');
}

attacks(
  {
    CONTACT_REQUESTS_PER_USER: '100000',
    CONTACT_REQUESTS_PER_ADDRESS: '100000',
    PUSH_SUBJECT: 'mailto:admin@example.com',
    // What an account may do counts here.
    MUTATIONS_PER_SECOND: '20',
    MUTATION_BURST: '200',
  },
  (attack) => {
    attack('emails tried by contact requests: answer and time', async ({ graphqlUrl: url }) => {
      const eve = await register(url, 'Eve');
      const targets: Person[] = [];
      for (let n = 0; n < REQUESTS; n += 1) targets.push(await register(url, 'Target'));
      const times = { known: [] as number[], unknown: [] as number[] };
      const shapes = new Set<string>();
      for (const [n, target] of targets.entries()) {
        // In turn, so that whatever else happens is the same for both.
        for (const kind of n % 2
          ? (['known', 'unknown'] as const)
          : (['unknown', 'known'] as const)) {
          const email = kind === 'known' ? target.email : `x${target.email}`;
          const began = performance.now();
          const answer = await mutate(
            ...([url, 'requestContact', { email }] as const),
            'contact { user { id } state }',
            eve.headers,
          );
          times[kind].push(performance.now() - began);
          shapes.add(JSON.stringify(answer));
        }
      }
      expect(shapes.size).toBe(1);
      const [known, unknown] = [median(times.known), median(times.unknown)];
      // The address is looked up after the answer, so what differs is the noise of the machine.
      expect(Math.abs(known - unknown)).toBeLessThan(Math.max(10, Math.min(known, unknown)));
      return `one answer; ${known.toFixed(2)} ms for known addresses, ${unknown.toFixed(2)} ms for unknown ones`;
    });

    attack('rings over and over, from several devices', async ({ graphqlUrl: url, socketUrl }) => {
      const [eve, bob] = [await registerReachable(url, 'Eve'), await registerReachable(url, 'Bob')];
      const phones = [eve, eve, eve, eve, bob].map((who) => new Phone(socketUrl, who));
      try {
        for (const phone of phones) await phone.attend();
        const bobs = phones.pop();
        const outcomes = new Map<string, number>();
        const spam = async (phone: Phone) => {
          for (let n = 0; n < RINGS; n += 1) {
            const { __typename, call } = await phone.ring({ userIds: [bob.accountId] });
            outcomes.set(__typename, (outcomes.get(__typename) ?? 0) + 1);
            if (call !== undefined) await phone.cancel(call.id);
          }
        };
        await Promise.all(phones.map(spam));
        phones.push(...(bobs ? [bobs] : []));
        const rang = bobs?.events.filter(({ __typename }) => __typename === 'CallRinging').length;
        // As many as RINGS_PER_PAIR allows in a minute, however many devices try.
        expect(rang).toBeLessThanOrEqual(6);
        expect(outcomes.get('RateLimitedError')).toBeGreaterThan(3 * RINGS);
        return `${rang} rings at the callee of ${4 * RINGS} tries`;
      } finally {
        await Promise.all(phones.map((phone) => phone.dispose()));
      }
    });

    attack('rings to strangers: answer and time', async ({ graphqlUrl: url, socketUrl }) => {
      const eve = await register(url, 'Eve');
      const bob = await register(url, 'Bob');
      const phones = [eve, bob].map((who) => new Phone(socketUrl, who));
      try {
        for (const phone of phones) await phone.attend();
        const [eves, bobs] = phones;
        const answers = new Set<string>();
        const times = { known: [] as number[], unknown: [] as number[] };
        // Fewer than the budget, which would hide the answers.
        for (let n = 0; n < 3; n += 1) {
          for (const kind of ['known', 'unknown'] as const) {
            const id =
              kind === 'known' ? bob.accountId : bob.accountId.split('').reverse().join('');
            const began = performance.now();
            const answer = await eves?.ring({ userIds: [id] });
            times[kind].push(performance.now() - began);
            answers.add(JSON.stringify(answer));
          }
        }
        expect([...answers]).toEqual([expect.stringContaining('UserNotFoundError')]);
        expect(bobs?.events.map(({ __typename }) => __typename)).toEqual(['AccountSnapshot']);
        const [known, unknown] = [median(times.known), median(times.unknown)];
        return `UserNotFoundError; ${known.toFixed(2)} ms for a stranger, ${unknown.toFixed(2)} ms for nobody`;
      } finally {
        await Promise.all(phones.map((phone) => phone.dispose()));
      }
    });

    attack('presence, read by who is blocked', async ({ graphqlUrl: url, socketUrl }) => {
      const [ann, eve] = [await register(url, 'Ann'), await register(url, 'Eve')];
      const act = (who: Person, name: string, input: object) =>
        mutate(url, name, input, '__typename', who.headers);
      await act(eve, 'requestContact', { userId: ann.accountId });
      await act(ann, 'answerContact', { userId: eve.accountId, accepted: true });
      const eves = new Phone(socketUrl, eve);
      const anns = new Phone(socketUrl, ann);
      const late = new Phone(socketUrl, eve);
      try {
        await eves.attend();
        await anns.attend();
        await eves.next('PresenceChanged', ({ presence }) => presence === 'ONLINE');
        await act(ann, 'blockUser', { userId: eve.accountId });
        await eves.next('ContactUpdated', ({ contact }) => contact === null);
        const heard = eves.events.length;
        anns.unsubscribe();
        await act(eve, 'requestContact', { userId: ann.accountId });
        await anns.attend();
        const { contacts } = await late.attend();
        const query = '{ contacts { edges { node { user { id } presence } } } }';
        const { data } = await post<{ contacts: { edges: object[] } }, object>(
          url,
          query,
          {},
          eve.headers,
        );
        expect([contacts, data?.contacts.edges]).toEqual([[], []]);
        expect(eves.events.slice(heard)).toEqual([]);
        return 'neither the contact nor its presence, by events, a new snapshot or a query';
      } finally {
        await Promise.all([eves, anns, late].map((phone) => phone.dispose()));
      }
    });

    attack(`${SUBSCRIPTIONS} push subscriptions of one user`, async ({ graphqlUrl: url }) => {
      const eve = await register(url, 'Eve');
      const outcomes = new Map<string, number>();
      let sent = 0;
      const hoard = async () => {
        while (sent < SUBSCRIPTIONS) {
          sent += ALIASES;
          const { data, errors } = await post<Record<string, { __typename: string }>, object>(
            url,
            SAVE_MANY,
            Object.fromEntries(
              Array.from({ length: ALIASES }, (_, n) => [`s${n}`, subscription()]),
            ),
            eve.headers,
          );
          // A request that takes too much time of the server is refused as a whole.
          if (!data) expect(errors?.[0]?.extensions?.code).toBe('RATE_LIMITED');
          const all = data ? Object.values(data) : Array.from({ length: ALIASES }, () => REFUSED);
          for (const { __typename } of all) {
            outcomes.set(__typename, (outcomes.get(__typename) ?? 0) + 1);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, hoard));
      const [saved = 0, refused = 0] = [
        outcomes.get('SavePushSubscriptionSuccess'),
        outcomes.get(REFUSED.__typename),
      ];
      expect(saved + refused).toBeGreaterThanOrEqual(SUBSCRIPTIONS);
      expect(refused).toBeGreaterThan(saved);
      return `${saved} saved, of which 20 are kept, and ${refused} refusals`;
    });
  },
);

const REFUSED = { __typename: 'RateLimitedError' };

function subscription() {
  const p256dh = createECDH('prime256v1').generateKeys('base64url');
  const endpoint = `https://push.example.com/${randomBytes(8).toString('hex')}`;
  return { endpoint, p256dh, auth: randomBytes(16).toString('base64url') };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)] ?? 0;
}
