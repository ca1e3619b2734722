import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RoomEventsDocument } from '../../src/client/generated/graphql.ts';
import { isReady } from '../kit/cluster.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { mutate } from '../kit/mutate.ts';
import { buildOlderServer } from '../kit/older-server.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { ACCOUNT_EVENTS, Phone, registerReachable } from '../kit/phone.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { pace, until } from '../kit/waiting.ts';

/** A commit from before. It is built from the git history, which a copy without history does not have. */
const from = process.env.ROLLING_FROM;
const READY_MS = 60_000;
/** Without what older servers do not have. */
const ALL_KNOW = ACCOUNT_EVENTS.replace('waiting ', '').replace('... on CallsSeen { until }', '');
/** Without what the servers before the offer of a join do not have. */
const ALL_JOIN = print(RoomEventsDocument)
  .replace(/,?\s*\$offer: String/, '')
  .replace(/,?\s*offer: \$offer/, '')
  .replace(/\s*offeredTo/, '');
/** A room of a call is looked at by the newer servers every 15 seconds. */
const LOOK_MS = 40_000;
/** After an answer, they look every three seconds until everybody has come. */
const SEEN_MS = 3000;

describe.skipIf(from === undefined)('a rolling deploy', { timeout: 300_000 }, () => {
  let mongod: Mongod;
  let redis: RedisServer;
  let newer: string;
  let env: Record<string, string>;
  const servers: ServerProcess[] = [];
  const open: { dispose(): Promise<void> }[] = [];

  beforeAll(async () => {
    mongod = await Mongod.start(findMongod() ?? '');
    redis = await RedisServer.start(findRedis() ?? '', { durable: true });
    newer = await buildServer();
    const older = await buildOlderServer(from ?? '');
    env = {
      ...{ JWT_SECRET: 'the secret that all servers share', STUN_URLS: 'stun:127.0.0.1:3478' },
      ...{ MONGO_URI: mongod.uri('rolling'), REDIS_URL: redis.url, SHUTDOWN_SECONDS: '2' },
    };
    for (let n = 0; n < 2; n += 1) servers.push(await ServerProcess.start(older, env));
  }, 600_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.dispose()));
    await Promise.all(servers.map((server) => server.close()));
    await redis?.dispose();
    await mongod?.dispose();
  });

  function server(place: number): ServerProcess {
    const found = servers[place];
    if (found === undefined) throw new Error(`There is no server ${place}.`);
    return found;
  }

  /** Stops an older server, as a deployment does, and starts a newer one in its place. */
  async function replace(place: number): Promise<void> {
    await server(place).kill('SIGTERM');
    const next = await ServerProcess.start(newer, env, server(place));
    servers[place] = next;
    await until(() => isReady(next), 'the newer server to be ready', READY_MS);
  }

  async function enter(place: number, person: Person, roomId: string): Promise<Participant> {
    const participant = new Participant(server(place).socketUrl, person, { query: ALL_JOIN });
    open.push(participant);
    await participant.join({ roomId, clientKey: person.name });
    return participant;
  }

  /** Comes back, as the SDK does, and misses nothing. */
  async function comeBack(place: number, former: Participant, roomId: string) {
    const after = former.events.at(-1)?.cursor ?? null;
    const { socketUrl } = server(place);
    const participant = new Participant(socketUrl, former.person, { query: ALL_JOIN });
    open.push(participant);
    const clientKey = former.person.name;
    const first = await participant.join({ roomId, clientKey, after }, READY_MS);
    expect(first).toMatchObject({ __typename: 'RoomSnapshot', recovered: true });
    return participant;
  }

  async function exchange(one: Participant, other: Participant, roomId: string, what: string) {
    for (const [sender, receiver] of [
      [one, other],
      [other, one],
    ] as const) {
      const sdp = `${what} of ${sender.person.name}`;
      expect((await sender.offer(roomId, receiver.id, sdp)).__typename).toBe('SendOfferSuccess');
      await receiver.next('OfferReceived', (event) => event.sdp === sdp);
    }
  }

  async function phoneAt(place: number, person: Person, clientKey: string): Promise<Phone> {
    const phone = new Phone(server(place).socketUrl, person, { document: ALL_KNOW });
    open.push(phone);
    await phone.attend({ clientKey });
    return phone;
  }

  test('goes on without a gap for people in rooms; people ring on the newer servers', async () => {
    const hasCalls = async (place: number) => {
      const query = '{ __type(name: "Mutation") { fields { name } } }';
      const { data } = await post<{ __type: { fields: { name: string }[] } }, object>(
        server(place).graphqlUrl,
        query,
        {},
        ann.headers,
      );
      return data?.__type.fields.some(({ name }) => name === 'ring') ?? false;
    };
    const ann = await register(server(0).graphqlUrl, 'Ann');
    const bob = await register(server(1).graphqlUrl, 'Bob');
    const { id: roomId } = await createRoom(server(0).graphqlUrl, ann);
    let anns = await enter(0, ann, roomId);
    let bobs = await enter(1, bob, roomId);
    await exchange(anns, bobs, roomId, 'both older');

    await replace(1);
    bobs = await comeBack(1, bobs, roomId);
    await exchange(anns, bobs, roomId, 'older and newer');
    const { id: made } = await createRoom(server(1).graphqlUrl, bob);
    const visitor = await enter(0, ann, made);
    expect(visitor.snapshot.room.id).toBe(made);

    // Rings on the newer server; the callee joins the room at the older one, and hangs up there.
    const cem = await registerReachable(server(1).graphqlUrl, 'Cem');
    const dan = await registerReachable(server(1).graphqlUrl, 'Dan');
    const cems = await phoneAt(1, cem, 'cem');
    const dans = await phoneAt(1, dan, 'dan');
    const { call } = await cems.ring({ userIds: [dan.accountId] });
    const callId = call?.id ?? '';
    await dans.nextOf(callId, 'CallRinging');
    const accepted = await dans.accept(callId, 'dan');
    const callRoom = accepted.call?.room.id ?? '';
    const caller = await enter(1, cem, callRoom);
    const callee = await enter(0, dan, callRoom);
    await exchange(caller, callee, callRoom, 'in a call');
    // Older servers do not tell the call who leaves: whoever has been seen in its room is missed.
    await pace(2 * SEEN_MS);
    callee.unsubscribe();
    const isOver = () => cems.typesOf(callId).includes('CallEnded');
    await until(isOver, 'the end of the call', LOOK_MS);
    expect((await cems.nextOf(callId, 'CallEnded')).reason).toBe('HUNG_UP');

    const rings = await hasCalls(0);
    process.stdout.write(`the older servers of ${from} have ${rings ? '' : 'no '}calls\n`);
    if (rings) {
      const old = await phoneAt(0, dan, 'old phone');
      // A device at an older server is not told which calls were seen, and goes on.
      const input = { until: '2026-01-31T12:00:00.000Z' };
      await mutate(server(1).graphqlUrl, 'markCallsSeen', input, 'seenUntil', dan.headers);
      await dans.next('CallsSeen');
      const { call: across } = await cems.ring({ userIds: [dan.accountId] });
      await Promise.all([old, dans].map((one) => one.nextOf(across?.id ?? '', 'CallRinging')));
      expect((await old.accept(across?.id ?? '', 'old phone')).__typename).toBe(
        'AcceptCallSuccess',
      );
      await dans.nextOf(across?.id ?? '', 'CallUpdated');
      expect([old.outcome, old.error]).toEqual(['open', undefined]);
    }

    await replace(0);
    anns = await comeBack(0, anns, roomId);
    await exchange(anns, bobs, roomId, 'both newer');
    const again = await phoneAt(0, await registerReachable(server(0).graphqlUrl, 'Eve'), 'eve');
    const late = await again.ring({ userIds: [bob.accountId] });
    expect(late.__typename).toBe('UserNotFoundError');
  });
});
