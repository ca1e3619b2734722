import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const binaries = { mongod: findMongod(), redis: findRedis() };
const ADMIN_TOKEN = 'the-token-that-both-nodes-have-been-given';
const ROUNDS = 10;

describe.skipIf(binaries.mongod === null || binaries.redis === null)('two nodes', () => {
  let mongod: Mongod;
  let redis: RedisServer;
  let receiver: WebhookReceiver;
  let here: TestServer;
  let there: TestServer;
  let ann: Person;
  let bob: Person;
  let cyd: Person;

  beforeAll(async () => {
    mongod = await Mongod.start(binaries.mongod ?? '');
    redis = await RedisServer.start(binaries.redis ?? '');
    receiver = await WebhookReceiver.start();
    const env = {
      MONGO_URI: mongod.uri('admin'),
      REDIS_URL: redis.url,
      JWT_SECRET: 'the secret that both nodes of this test share',
      ADMIN_TOKEN,
      WEBHOOK_URLS: receiver.url,
      WEBHOOK_SECRET,
    };
    [here, there] = await Promise.all([startServer({ env }), startServer({ env })]);
    ann = await register(here.graphqlUrl, 'Ann');
    bob = await register(here.graphqlUrl, 'Bob');
    cyd = await register(here.graphqlUrl, 'Cyd');
  });
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await receiver?.kill();
    await Promise.all([mongod?.dispose(), redis?.dispose()]);
  });

  test('webhooks of what happens on both come once, in the order of the room', async () => {
    const { id: roomId } = await createRoom(here.graphqlUrl, ann);
    const watcher = new Participant(here.socketUrl, ann);
    await watcher.join({ roomId });
    const options = { lazyCloseTimeout: 60_000 };
    const coming = [
      new Participant(here.socketUrl, bob, options),
      new Participant(there.socketUrl, cyd, options),
    ];
    await Promise.all(
      coming.map(async (participant) => {
        for (let round = 0; round < ROUNDS; round += 1) {
          await participant.join({ roomId });
          participant.unsubscribe();
        }
      }),
    );
    const seen = () =>
      watcher.events.flatMap((event) =>
        event.__typename === 'ParticipantJoined' || event.__typename === 'ParticipantLeft'
          ? [
              `${event.__typename === 'ParticipantJoined' ? 'joined' : 'left'} ${event.participant.id}`,
            ]
          : [],
      );
    await watcher.until(
      () => seen().length === coming.length * ROUNDS * 2,
      'all comings and goings',
    );
    await receiver.until(() => receiver.received.length >= 2 + seen().length);
    const told = receiver.received.map(({ message: { type, data } }) =>
      [type.replace('participant.', ''), ...(data.participant ? [data.participant.id] : [])].join(
        ' ',
      ),
    );
    expect(told).toEqual(['room.started', `joined ${watcher.id}`, ...seen()]);
    expect(receiver.forged).toEqual([]);
    for (const each of [watcher, ...coming]) await each.dispose();
  });

  test('the administrator sees, removes and closes on one what is on the other', async () => {
    const { id: roomId } = await createRoom(here.graphqlUrl, ann);
    const host = new Participant(here.socketUrl, ann);
    await host.join({ roomId });
    const member = new Participant(there.socketUrl, bob);
    await member.join({ roomId });
    const ask = async (query: string, variables: Record<string, unknown>) => {
      const headers = { 'x-admin-token': ADMIN_TOKEN };
      return (await post(there.graphqlUrl, query, variables, headers)).data;
    };
    const room = 'query ($id: ID!) { admin { room(id: $id) { participants { id } } } }';
    expect(await ask(room, { id: roomId })).toEqual({
      admin: { room: { participants: [{ id: host.id }, { id: member.id }] } },
    });
    const remove = `mutation ($input: AdminRemoveParticipantInput!) {
      admin { removeParticipant(input: $input) { __typename } }
    }`;
    const input = { roomId, participantId: host.id, ban: true };
    expect(await ask(remove, { input })).toEqual({
      admin: { removeParticipant: { __typename: 'AdminRemoveParticipantSuccess' } },
    });
    await host.ended();
    expect(await host.join({ roomId })).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RemovedFromRoomError' },
    });
    const close =
      'mutation ($id: ID!) { admin { closeRoom(input: { roomId: $id }) { __typename } } }';
    expect(await ask(close, { id: roomId })).toEqual({
      admin: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
    });
    await member.next('RoomClosed');
    expect(await ask(room, { id: roomId })).toEqual({ admin: { room: null } });
    await host.dispose();
    await member.dispose();
  });
});
