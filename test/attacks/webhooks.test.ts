import { print } from 'graphql';
import { afterAll, beforeAll, expect } from 'vitest';
import { RoomEventsDocument } from '../../src/client/generated/graphql.ts';
import { createRoom, register } from '../kit/people.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

const EVENTS = print(RoomEventsDocument);
/** Less than the defaults, so that the limits are reached in seconds. */
const JOINS = 60;
const BURST = 20;
const BACKLOG = 100;

const receiver = await WebhookReceiver.start();
const dead = await WebhookReceiver.start();

/** Joins and leaves each of the rooms in turn, until so many joins were answered. */
async function comeAndGo(server: AttackedServer, token: string, rooms: string[], joins: number) {
  const wire = await Wire.ready(server.socketUrl, token, { headers: asStranger() });
  const answers = { joined: 0, refused: 0 };
  for (let count = 0; count < joins; count += 1) {
    const id = `room-${count}`;
    wire.subscribe(id, EVENTS, { roomId: rooms[count % rooms.length], clientKey: 'tab' });
    const { type, payload } = await wire.next((frame) => frame.id === id);
    const isIn = type === 'next' && JSON.stringify(payload).includes('"RoomSnapshot"');
    answers[isIn ? 'joined' : 'refused'] += 1;
    wire.send({ type: 'complete', id });
    wire.frames.length = 0;
  }
  wire.end();
  return answers;
}

async function owner(server: AttackedServer, rooms: number) {
  const eve = await register(server.graphqlUrl, 'Eve');
  server.keepsSecret(eve.token, eve.password);
  const ids: string[] = [];
  for (let made = 0; made < rooms; made += 1) {
    ids.push((await createRoom(server.graphqlUrl, eve)).id);
  }
  return { eve, ids };
}

const about = (rooms: readonly string[]) =>
  receiver.received.filter(({ message }) => rooms.includes(message.data.roomId));

beforeAll(() => {
  // It takes nothing, from the beginning: what it is owed waits, and the other one is told nevertheless.
  dead.answer = () => 503;
});
afterAll(async () => {
  await receiver.kill();
  await dead.kill();
});

attacks(
  {
    WEBHOOK_URLS: `${receiver.url},${dead.url}`,
    WEBHOOK_SECRET,
    WEBHOOK_BURST: String(BURST),
    WEBHOOKS_PER_SECOND: '1',
    WEBHOOK_BACKLOG: String(BACKLOG),
    JOIN_BURST: String(JOINS),
    ROOMS_PER_USER: '1000',
  },
  (attack) => {
    attack('somebody who joins and leaves one room without end', async (server) => {
      const { eve, ids } = await owner(server, 1);
      const { joined, refused } = await comeAndGo(server, eve.token, ids, 3 * JOINS);
      const ends = () => about(ids).filter(({ message }) => message.type === 'room.ended').length;
      await expect.poll(ends, { timeout: 10_000 }).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
      // Starts and joins, each with its end.
      expect(about(ids).length).toBeLessThanOrEqual(2 * (BURST + 15));
      return `${joined} joins, ${about(ids).length} webhooks, ${refused} RateLimitedError`;
    });

    attack('somebody who goes around all rooms that an account may own', async (server) => {
      const { eve, ids } = await owner(server, 30);
      const { joined, refused } = await comeAndGo(server, eve.token, ids, 3 * JOINS);
      const told = about(ids);
      expect(refused).toBeGreaterThan(0);
      // As many starts and ends as joins were allowed, and the joins that the pace of a user leaves.
      expect(told.length).toBeLessThanOrEqual(2 * (joined + BURST + 15));
      return `${joined} joins, ${told.length} webhooks, ${refused} RateLimitedError`;
    });

    attack('a receiver that takes nothing, for as many webhooks as can be made', async (server) => {
      const people = await Promise.all([1, 2, 3, 4].map(() => owner(server, 2)));
      await Promise.all(people.map(({ eve, ids }) => comeAndGo(server, eve.token, ids, JOINS)));
      const said = () =>
        server.errors.some((line) => line.includes('Too many webhooks wait for a receiver'));
      await expect.poll(said, { timeout: 10_000 }).toBe(true);
      return `so many wait as WEBHOOK_BACKLOG allows, here ${BACKLOG}, and the log says that others are lost`;
    });
  },
);
