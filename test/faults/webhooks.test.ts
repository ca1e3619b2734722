import { afterAll, beforeAll, expect, test } from 'vitest';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

const ROOMS = 10;

let main: string;
let receiver: WebhookReceiver;
let server: ServerProcess;

beforeAll(async () => {
  main = await buildServer();
  receiver = await WebhookReceiver.start();
}, 180_000);
afterAll(async () => {
  await server?.close();
  await receiver?.kill();
});

test('a server is killed with webhooks in its outbox: the next one sends them, in the order of each room', async () => {
  const env = {
    WEBHOOK_URLS: receiver.url,
    WEBHOOK_SECRET,
    WEBHOOK_TIMEOUT_SECONDS: '1',
    WEBHOOK_RETRY_SECONDS: '1',
    WEBHOOK_RETRY_MAX_SECONDS: '1',
  };
  receiver.answer = () => 503;
  server = await ServerProcess.start(main, env);
  const ann = await register(server.graphqlUrl, 'Ann');
  const participant = new Participant(server.socketUrl, ann, { lazyCloseTimeout: 60_000 });
  for (let made = 0; made < ROOMS; made += 1) {
    const { id } = await createRoom(server.graphqlUrl, ann);
    await participant.join({ roomId: id });
    participant.unsubscribe();
  }
  // Each room's first message was tried, so that all of the room is stored: it was told in the same moment.
  const rooms = () => new Set(receiver.received.map(({ message }) => message.data.roomId));
  await receiver.until(() => rooms().size === ROOMS);
  const before = receiver.received.length;
  await server.kill('SIGKILL');
  await participant.dispose();
  receiver.answer = () => 200;
  server = await ServerProcess.start(main, env, server);
  const after = () => receiver.received.slice(before);
  const typesOf = (roomId: string) =>
    after()
      .filter(({ message }) => message.data.roomId === roomId)
      .map(({ message }) => message.type);
  const joined = () => after().filter(({ message }) => message.type === 'participant.joined');
  await receiver.until(() => joined().length === ROOMS);
  for (const roomId of rooms()) {
    expect(typesOf(roomId).slice(0, 2)).toEqual(['room.started', 'participant.joined']);
  }
  const ids = after().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(receiver.forged).toEqual([]);
}, 180_000);
