import { setTimeout as pass } from 'node:timers/promises';
import { print } from 'graphql';
import { expect } from 'vitest';
import { RoomEventsDocument, SendOfferDocument } from '../../src/client/generated/graphql.ts';
import { enterAsGuest } from '../kit/guests.ts';
import { createRoom, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

const MEGABYTE = 1024 * 1024;
/** What the whole process may take, in bytes. */
const PROCESS_BYTES = 512 * MEGABYTE;
const FLOOD_MS = 6000;
/** How many offers one who floods has on their way, and how often: a little less than MESSAGES_PER_SECOND. */
const BATCH = 20;
const BATCH_MS = 50;
const OFFER = print(SendOfferDocument);
const EVENTS = print(RoomEventsDocument);

/** Runs an attack; resolves to the most memory that the process had meanwhile, and to how much it was before. */
export async function watched(server: AttackedServer, run: () => Promise<void>) {
  const before = await server.memory();
  let peak = before;
  let over = false;
  const watching = (async () => {
    while (!over) {
      peak = Math.max(peak, await server.memory());
      await pass(50);
    }
  })();
  await run();
  over = true;
  await watching;
  expect(peak).toBeLessThan(PROCESS_BYTES);
  const [grown, most] = [peak - before, peak].map((bytes) => (bytes / MEGABYTE).toFixed(0));
  return `${grown} MB grown, ${most} MB at most`;
}

/** Two who are in a room: one that sends, an account or a guest, and one that has stopped to read. */
export async function pairUp(server: AttackedServer, by: 'account' | 'guest' = 'account') {
  const reader = await register(server.graphqlUrl, 'Mallory');
  const { id: roomId } = await createRoom(server.graphqlUrl, reader, { allowGuests: true });
  const sender =
    by === 'guest'
      ? await enterAsGuest(server.graphqlUrl, roomId, 'Eve')
      : await register(server.graphqlUrl, 'Eve');
  server.keepsSecret(sender.token, reader.token, reader.password);
  const headers = asStranger();
  const wires: Wire[] = [];
  const ids: string[] = [];
  for (const { token } of [reader, sender]) {
    const wire = await Wire.ready(server.socketUrl, token, { headers });
    wire.subscribe('room', EVENTS, { roomId, clientKey: 'tab' });
    const { payload } = await wire.next(({ id }) => id === 'room');
    const event = (payload as { data: { roomEvents: { self: { id: string } } } }).data.roomEvents;
    wires.push(wire);
    ids.push(event.self.id);
  }
  const [slow, fast] = wires;
  const [to] = ids;
  if (!slow || !fast || !to) throw new Error('Somebody is missing.');
  slow.ws.pause();
  return { roomId, slow, fast, to, sender };
}

/** Sends offers of 30 kB as fast as the socket may without being closed for it; resolves to how many were accepted and how many not. */
export async function flood(roomId: string, fast: Wire, to: string) {
  const sdp = 'x'.repeat(30_000);
  const until = performance.now() + FLOOD_MS;
  const answers: Record<string, number> = {};
  for (let i = 0; performance.now() < until && fast.close === null; ) {
    const batch = Array.from({ length: BATCH }, (_, place) => `o${i + place}`);
    i += batch.length;
    const [frames] = await Promise.all([
      Promise.all(batch.map((id) => fast.run(id, OFFER, { input: { roomId, to, sdp } }))),
      pass(BATCH_MS),
    ]);
    for (const { payload } of frames) {
      const type = JSON.stringify(payload).match(/"__typename":"(\w+)"/)?.[1] ?? 'none';
      answers[type] = (answers[type] ?? 0) + 1;
    }
    fast.frames.length = 0;
  }
  return answers;
}
