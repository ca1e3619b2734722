import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { Delivery } from '../../src/domain/webhooks/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';

/** So many are due at once: one of each room, and as many of one room that stand behind each other. */
const ROOMS = 100_000;
const IN_ONE_ROOM = 100_000;
const AT_ONCE = 10_000;
const MEASURED_MS = 8000;
/** What a backlog may add to a signal, and to a room that is made and stored, in milliseconds at the median. */
const SIGNAL_MS = 100;
const ROOM_MS = 1000;

let receiver: WebhookReceiver;
let server: ServerProcess;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
}, 180_000);
afterAll(async () => {
  await server?.close();
  await receiver?.kill();
});

test(`a backlog of ${ROOMS + IN_ONE_ROOM} webhooks that are due costs signals nothing that is felt`, async () => {
  const main = await buildServer();
  const env = {
    WEBHOOK_URLS: receiver.url,
    WEBHOOK_SECRET,
    WEBHOOK_BACKLOG: '1000000',
    // They are sent as fast as they go.
    MESSAGES_PER_SECOND: '100000',
    SIGNALS_PER_SECOND: '100000',
    SIGNAL_BURST: '100000',
  };
  server = await ServerProcess.start(main, env);
  const quiet = await mediansOf(server);
  await server.kill('SIGTERM');
  await fill(server.dataDir, receiver.url);
  server = await ServerProcess.start(main, env, server);
  const before = receiver.received.length;
  const loaded = await mediansOf(server);
  const sent = receiver.received.length - before;
  const told = ({ signal, room }: Medians) => `${signal.toFixed(1)} ms, ${room.toFixed(1)} ms`;
  process.stdout.write(
    `p50 of a signal and of a new room: quiet ${told(quiet)}; with the backlog ${told(loaded)}, of which ${sent} were sent\n`,
  );
  // It is far from its end, and goes on.
  expect(sent).toBeLessThan(ROOMS);
  expect(loaded.signal).toBeLessThan(quiet.signal + SIGNAL_MS);
  expect(loaded.room).toBeLessThan(quiet.room + ROOM_MS);
  await receiver.until(() => receiver.received.length > before + sent + 200);
}, 180_000);

interface Medians {
  readonly signal: number;
  readonly room: number;
}

/** How long a signal takes from one to the other, and how long a new room takes, in milliseconds. */
async function mediansOf({ graphqlUrl, socketUrl }: ServerProcess): Promise<Medians> {
  const people = await Promise.all(['Ann', 'Bob'].map((name) => register(graphqlUrl, name)));
  const [host] = people;
  if (host === undefined) throw new Error('There is nobody.');
  const { id: roomId } = await createRoom(graphqlUrl, host);
  const [ann, bob] = people.map((person) => new Participant(socketUrl, person));
  if (ann === undefined || bob === undefined) throw new Error('There is nobody.');
  await ann.join({ roomId });
  await bob.join({ roomId });
  const end = performance.now() + MEASURED_MS;
  const [signal, room] = await Promise.all([
    medianUntil(end, async (index) => {
      const sdp = `offer ${index}`;
      await Promise.all([
        ann.offer(roomId, bob.id, sdp),
        bob.next('OfferReceived', (event) => event.sdp === sdp),
      ]);
      bob.events.splice(1);
    }),
    medianUntil(end, () => createRoom(graphqlUrl, host)),
  ]);
  await Promise.all([ann.dispose(), bob.dispose()]);
  return { signal, room };
}

async function medianUntil(
  end: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const took: number[] = [];
  for (let index = 0; performance.now() < end; index += 1) {
    const began = performance.now();
    await work(index);
    took.push(performance.now() - began);
  }
  return took.sort((one, other) => one - other)[took.length >> 1] ?? Number.NaN;
}

/** As if they had been told while nobody took them. */
async function fill(folder: string, url: string): Promise<void> {
  const store = await openStore(
    { dataDir: folder },
    { clock: systemClock, log: { info() {}, warn() {} } },
  );
  const body = JSON.stringify({ type: 'room.started', timestamp: '', data: {} });
  const createdAt = Date.now();
  const all = Array.from({ length: ROOMS + IN_ONE_ROOM }, (_, index): Delivery => {
    const roomId = index < ROOMS ? `room ${index}` : 'one room';
    const place = String(index).padStart(8, '0');
    return { id: `msg_${index}`, url, roomId, place, body, createdAt, attempts: 0 };
  });
  for (let first = 0; first < all.length; first += AT_ONCE) {
    await store.webhooks.append(all.slice(first, first + AT_ONCE));
  }
  await store.close();
}
