import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import { enterAsGuest } from '../kit/guests.ts';
import { KeptLog } from '../kit/log.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const mongodBinary = findMongod();
const redisBinary = findRedis();
const library = findFakeTime();

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long some rounds of tidying may take: with this lifetime of rooms there is one every five seconds. */
const ROUNDS_MS = 60_000;
const ROOM_TTL_SECONDS = '100';

const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { ... on RateLimitedError { retryAfter } }
}`;
interface Login {
  readonly login: { readonly retryAfter?: number };
}

describe.skipIf(mongodBinary === null || redisBinary === null)(
  'a server whose clock is wrong',
  { timeout: 120_000 },
  () => {
    let mongod: Mongod;
    let redis: RedisServer;
    let receiver: WebhookReceiver;
    const servers: TestServer[] = [];

    beforeAll(async () => {
      mongod = await Mongod.start(mongodBinary ?? '');
      redis = await RedisServer.start(redisBinary ?? '');
      receiver = await WebhookReceiver.start();
    });
    afterEach(async () => {
      await Promise.all(servers.splice(0).map((server) => server.close()));
    });
    afterAll(async () => {
      await receiver?.kill();
      await redis?.dispose();
      await mongod?.dispose();
    });

    /** A server whose clock is so far ahead, and what it logs. */
    async function start(name: string, env: Record<string, string>, aheadMs = () => 0) {
      const log = new KeptLog();
      const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs() };
      const server = await startServer({
        env: {
          MONGO_URI: mongod.uri(name),
          JWT_SECRET: 'the secret that all servers share',
          ROOM_TTL_SECONDS,
          ...env,
        },
        overrides: { clock, log },
      });
      servers.push(server);
      const refusals = (of: string) =>
        log.lines.filter(({ message }) => message.includes(`and of ${of} differ`)).length;
      return { server, refusals };
    }

    const isThere = async ({ graphqlUrl }: TestServer, id: string, { headers }: Person) => {
      const query = 'query ($id: ID!) { room(id: $id) { id } }';
      const { data } = await post<{ room: { id: string } | null }, { id: string }>(
        graphqlUrl,
        query,
        { id },
        headers,
      );
      return data?.room?.id === id;
    };

    for (const [what, byMs] of [
      ['a day ahead', DAY_MS],
      ['an hour behind', -HOUR_MS],
    ] as const) {
      test(`in a cluster, ${what}: it deletes nobody’s room or guest, and nobody who is in is disturbed`, async () => {
        let aheadMs = 0;
        const env = { REDIS_URL: redis.url };
        const { server: right, refusals: ofRight } = await start(
          `by-${what.replaceAll(' ', '-')}`,
          env,
        );
        const { server: wrong, refusals } = await start(
          `by-${what.replaceAll(' ', '-')}`,
          env,
          () => aheadMs,
        );
        const host = await register(right.graphqlUrl, 'Ann');
        const { id: roomId } = await createRoom(right.graphqlUrl, host, { allowGuests: true });
        const { id: unused } = await createRoom(right.graphqlUrl, host);
        const ann = new Participant(right.socketUrl, host);
        const bob = new Participant(wrong.socketUrl, await register(wrong.graphqlUrl, 'Bob'));
        await ann.join({ roomId });
        await bob.join({ roomId });
        const guest = await enterAsGuest(right.graphqlUrl, roomId, 'Gus');
        aheadMs = byMs;
        await until(() => refusals('Redis') >= 2, 'it to refuse', ROUNDS_MS);
        for (const id of [roomId, unused]) expect(await isThere(right, id, host)).toBe(true);
        const gus = new Participant(right.socketUrl, guest);
        await gus.join({ roomId });
        expect((await bob.offer(roomId, ann.id, 'from there')).__typename).toBe('SendOfferSuccess');
        expect((await ann.offer(roomId, bob.id, 'from here')).__typename).toBe('SendOfferSuccess');
        await ann.next('OfferReceived', ({ sdp }) => sdp === 'from there');
        await bob.next('OfferReceived', ({ sdp }) => sdp === 'from here');
        expect([ann, bob, gus].map(({ outcome }) => outcome)).toEqual(['open', 'open', 'open']);
        // The clock is set right: whoever was told nothing may come there again.
        aheadMs = 0;
        const cem = new Participant(wrong.socketUrl, await register(wrong.graphqlUrl, 'Cem'));
        await cem.join({ roomId });
        expect(ofRight('Redis')).toBe(0);
        await Promise.all([ann, bob, gus, cem].map((participant) => participant.dispose()));
      });
    }

    test.each([
      ['an hour ahead', HOUR_MS],
      ['an hour behind', -HOUR_MS],
    ])('in a cluster, %s: it tells how long a call still rings', async (what, aheadMs) => {
      const name = `ring-${what.replaceAll(' ', '-')}`;
      const env = { REDIS_URL: redis.url };
      const { server } = await start(name, env, () => aheadMs);
      const [ann, bob] = [
        new Phone(server.socketUrl, await register(server.graphqlUrl, 'Ann')),
        new Phone(server.socketUrl, await registerReachable(server.graphqlUrl, 'Bob')),
      ];
      await bob.attend();
      await ann.attend();
      const { call } = await ann.ring({ userIds: [bob.person.accountId] });
      expect(call?.remainingMs).toBeGreaterThan(1000);
      expect(call?.remainingMs).toBeLessThanOrEqual(30_000);
      await Promise.all([ann.dispose(), bob.dispose()]);
    });

    for (const seconds of library === null ? [] : [HOUR_MS / 1000, -HOUR_MS / 1000]) {
      test(`the clock of Redis is set by ${seconds} s: who guesses passwords waits as before`, async () => {
        const time = new FakeTime(library ?? '');
        const set = await RedisServer.start(redisBinary ?? '', { time });
        const env = { REDIS_URL: set.url, ACCOUNT_FAILURES: '3' };
        const { server } = await start(`guess-${seconds + HOUR_MS}`, env);
        const { email } = await register(server.graphqlUrl, 'Ann');
        const guess = async () => {
          const variables = { input: { email, password: 'not the password' } };
          const { data } = await post<Login, object>(server.graphqlUrl, LOGIN, variables);
          return data?.login.retryAfter ?? 0;
        };
        // Each wait is twice as long as the one before.
        let waitS = 0;
        while (waitS < 4) {
          waitS = await guess();
          if (waitS > 0 && waitS < 4) await pace(waitS * 1000);
        }
        time.set(seconds);
        const still = await guess();
        expect(still).toBeGreaterThanOrEqual(waitS - 2);
        expect(still).toBeLessThanOrEqual(waitS);
        await pace(still * 1000);
        expect(await guess()).toBe(0);
        await server.close();
        await set.dispose();
        time.dispose();
      });
    }

    test('alone with a MongoDB, a day ahead: it deletes nobody’s room or guest, and ends none', async () => {
      let aheadMs = 0;
      const { server, refusals } = await start('alone', {}, () => aheadMs);
      const host = await register(server.graphqlUrl, 'Ann');
      const { id: roomId } = await createRoom(server.graphqlUrl, host, { allowGuests: true });
      const ann = new Participant(server.socketUrl, host);
      await ann.join({ roomId });
      const guest = await enterAsGuest(server.graphqlUrl, roomId, 'Gus');
      aheadMs = DAY_MS;
      await until(() => refusals('the database') >= 2, 'it to refuse', ROUNDS_MS);
      aheadMs = 0;
      expect(await isThere(server, roomId, host)).toBe(true);
      const gus = new Participant(server.socketUrl, guest);
      await gus.join({ roomId });
      expect([ann, gus].map(({ outcome }) => outcome)).toEqual(['open', 'open']);
      await Promise.all([ann, gus].map((participant) => participant.dispose()));
    });

    test('a day ahead in a cluster: it gives up no webhook early, and leaves none to tomorrow', async () => {
      receiver.now = () => Date.now() + DAY_MS;
      receiver.answer = () => 503;
      const env = {
        REDIS_URL: redis.url,
        WEBHOOK_URLS: receiver.url,
        WEBHOOK_SECRET,
        WEBHOOK_GIVE_UP_HOURS: '1',
        WEBHOOK_RETRY_SECONDS: '1',
        WEBHOOK_RETRY_MAX_SECONDS: '1',
      };
      const { server: wrong } = await start('webhooks', env, () => DAY_MS);
      const host = await register(wrong.graphqlUrl, 'Ann');
      const { id: roomId } = await createRoom(wrong.graphqlUrl, host);
      const ann = new Participant(wrong.socketUrl, host);
      await ann.join({ roomId });
      await receiver.until(() => receiver.received.length >= 2);
      // Another node, whose clock is right, sends what the first one has tried.
      await wrong.stop();
      receiver.now = Date.now;
      receiver.answer = () => 204;
      const before = receiver.received.length;
      await start('webhooks', env);
      await receiver.until(() => receiver.received.length >= before + 2);
      expect(
        receiver.received.slice(before, before + 2).map(({ message }) => message.type),
      ).toEqual(['room.started', 'participant.joined']);
      await ann.dispose();
    });
  },
);
