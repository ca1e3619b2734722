import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloseRoomDocument } from '../../src/client/generated/graphql.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';
import { type ReceivedWebhook, WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const HOUR_MS = 3_600_000;

let receiver: WebhookReceiver;
let server: TestServer;
let ann: Person;
/** How far the server's clock is ahead. */
let ahead = 0;
const clock: Clock = {
  ...systemClock,
  now: () => Date.now() + ahead,
  elapsed: () => performance.now() + ahead,
};

beforeEach(async () => {
  ahead = 0;
  receiver = await WebhookReceiver.start();
  receiver.now = clock.now;
});
afterEach(async () => {
  expect(receiver.forged).toEqual([]);
  await receiver.kill();
  await server.close();
});

async function start(env: Record<string, string> = {}, dataDir?: string): Promise<void> {
  server = await startServer({
    env: {
      WEBHOOK_URLS: receiver.url,
      WEBHOOK_SECRET,
      WEBHOOK_RETRY_SECONDS: '1',
      WEBHOOK_RETRY_MAX_SECONDS: '1',
      ...env,
    },
    overrides: { clock },
    ...(dataDir !== undefined && { dataDir }),
  });
  ann = await register(server.graphqlUrl, 'Ann');
}

const typesOf = (webhooks: readonly ReceivedWebhook[]) =>
  webhooks.map(({ message }) => message.type);

describe('a receiver', () => {
  test('is told, signed, of a room from its start to its end', async () => {
    await start();
    const room = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    const stayId = host.id;
    const bob = await register(server.graphqlUrl, 'Bob');
    const guest = new Participant(server.socketUrl, bob);
    await guest.join({ roomId: room.id });
    guest.unsubscribe();
    await host.next('ParticipantLeft');
    await post(server.graphqlUrl, CloseRoomDocument, { input: { roomId: room.id } }, ann.headers);
    await receiver.until(() => receiver.received.length === 6);
    expect(typesOf(receiver.received)).toEqual([
      'room.started',
      'participant.joined',
      'participant.joined',
      'participant.left',
      'participant.left',
      'room.ended',
    ]);
    const [started, joined, , left, closed] = receiver.received.map(({ message }) => message);
    expect(started?.data).toEqual({ roomId: room.id });
    expect(joined?.data).toEqual({
      roomId: room.id,
      participant: {
        id: stayId,
        user: { id: ann.accountId, name: 'Ann', isGuest: false },
        role: 'HOST',
        joinedAt: host.snapshot.self.joinedAt,
      },
    });
    expect(left?.data).toMatchObject({ participant: { user: { name: 'Bob' } }, reason: 'LEFT' });
    expect(closed?.data).toMatchObject({
      participant: { id: stayId },
      reason: 'ROOM_CLOSED',
    });
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(6);
    await host.dispose();
    await guest.dispose();
  });

  test('that dies and comes back during 1,000 events of five rooms gets all, in the order of each room', async () => {
    await start();
    const rounds = 50;
    const people = await Promise.all(
      ['Ann', 'Bob', 'Cyd', 'Dan', 'Eve'].map((name) => register(server.graphqlUrl, name)),
    );
    // Some messages are taken and their answers lost: those come again.
    let lost = 0;
    receiver.answer = () => {
      if (receiver.received.length % 150 !== 0) return 200;
      lost += 1;
      return (response) => response.destroy();
    };
    const rooms = await Promise.all(
      people.map(async (person) => {
        const room = await createRoom(server.graphqlUrl, person);
        const participant = new Participant(server.socketUrl, person, {
          lazyCloseTimeout: 60_000,
        });
        return { roomId: room.id, participant };
      }),
    );
    const busy = rooms.map(async ({ roomId, participant }) => {
      for (let round = 0; round < rounds; round += 1) {
        await participant.join({ roomId });
        participant.unsubscribe();
      }
    });
    for (const count of [100, 300, 500]) {
      await receiver.until(() => receiver.received.length >= count);
      await receiver.kill();
      await receiver.restart();
    }
    await Promise.all(busy);
    const ids = () => new Set(receiver.received.map(({ id }) => id));
    await receiver.until(() => ids().size === people.length * rounds * 4);
    expect(lost).toBeGreaterThan(0);
    const round = ['room.started', 'participant.joined', 'participant.left', 'room.ended'];
    for (const { roomId, participant } of rooms) {
      const all = receiver.received.filter(({ message }) => message.data.roomId === roomId);
      // A repeat is word for word what came right before it.
      const once = all.filter(({ id }, index) => id !== all[index - 1]?.id);
      for (const [index, { id, body }] of all.entries()) {
        if (id === all[index - 1]?.id) expect(body).toBe(all[index - 1]?.body);
      }
      expect(typesOf(once)).toEqual(Array.from({ length: rounds }, () => round).flat());
      // The snapshots say in which order the stays were.
      const stays = participant.events.flatMap((event) =>
        event.__typename === 'RoomSnapshot' ? [event.self.id] : [],
      );
      const told = once.flatMap(({ message }) => message.data.participant?.id ?? []);
      expect(told).toEqual(stays.flatMap((id) => [id, id]));
      await participant.dispose();
    }
  }, 120_000);

  test.each<[string, (receiver: WebhookReceiver) => WebhookReceiver['answer']]>([
    ['answers 500', () => () => 500],
    [
      'redirects, which is not followed',
      ({ url }) =>
        () =>
        (response) =>
          response.writeHead(307, { location: `${url}/elsewhere` }).end(),
    ],
    ['closes without an answer', () => () => (response) => response.destroy()],
    ['hangs for longer than WEBHOOK_TIMEOUT_SECONDS', () => () => () => {}],
  ])('that %s is asked again until it takes the message', async (_what, answerOf) => {
    await start({ WEBHOOK_TIMEOUT_SECONDS: '1' });
    receiver.answer = answerOf(receiver);
    const room = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    await receiver.until(() => receiver.received.length >= 2);
    // Nothing overtakes the first.
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    receiver.answer = () => 200;
    await receiver.until(() => typesOf(receiver.received).includes('participant.joined'));
    expect(new Set(typesOf(receiver.received.slice(0, -1)))).toEqual(new Set(['room.started']));
    await host.dispose();
  });

  test('that is slow, but within WEBHOOK_TIMEOUT_SECONDS, is not asked again', async () => {
    await start({ WEBHOOK_TIMEOUT_SECONDS: '60' });
    receiver.answer = () => (response) => setTimeout(() => response.writeHead(200).end(), 1500);
    const room = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    await receiver.until(() => receiver.received.length === 2);
    expect(typesOf(receiver.received)).toEqual(['room.started', 'participant.joined']);
    await host.dispose();
  });

  test('that is dead delays no other', async () => {
    const dead = await WebhookReceiver.start();
    dead.answer = () => () => {};
    await start({ WEBHOOK_URLS: `${dead.url},${receiver.url}`, WEBHOOK_TIMEOUT_SECONDS: '60' });
    const host = new Participant(server.socketUrl, ann, { lazyCloseTimeout: 60_000 });
    // More rooms than are sent of at a time.
    const rooms = 20;
    for (let made = 0; made < rooms; made += 1) {
      const { id } = await createRoom(server.graphqlUrl, ann);
      await host.join({ roomId: id });
      host.unsubscribe();
    }
    await receiver.until(() => receiver.received.length === rooms * 4);
    const [first] = dead.received;
    // The same message has the same id wherever it goes.
    expect(receiver.received.map(({ id }) => id)).toContain(first?.id);
    await dead.kill();
    await host.dispose();
  });

  test('that was away while the server stopped gets everything after its next start', async () => {
    await start();
    await receiver.kill();
    const room = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    host.unsubscribe();
    await host.dispose();
    await until(() => server.app.usage().rooms === 0, 'the room to be empty');
    const { dataDir } = server;
    await server.stop();
    await receiver.restart();
    await start({}, dataDir);
    await receiver.until(() => receiver.received.length === 4);
    expect(typesOf(receiver.received)).toEqual([
      'room.started',
      'participant.joined',
      'participant.left',
      'room.ended',
    ]);
  });

  test('that never takes a message is spared it after WEBHOOK_GIVE_UP_HOURS, and told of the next', async () => {
    await start({ WEBHOOK_GIVE_UP_HOURS: '1' });
    receiver.answer = ({ message }) => (message.type === 'room.started' ? 500 : 200);
    const room = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    await receiver.until(() => receiver.received.length === 1);
    ahead = HOUR_MS - 60_000;
    await receiver.until(() => receiver.received.length === 4);
    expect(new Set(typesOf(receiver.received))).toEqual(new Set(['room.started']));
    ahead = HOUR_MS;
    await receiver.until(() => typesOf(receiver.received).includes('participant.joined'));
    await host.dispose();
  });
});
