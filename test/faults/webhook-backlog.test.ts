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
/** A backlog costs a signal no more than this, in milliseconds at the median. Without it, it takes a millisecond or two. */
const MOST_MS = 25;

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
    SIGNALS_PER_SECOND: '100000',
    SIGNAL_BURST: '100000',
  };
  server = await ServerProcess.start(main, env);
  const quiet = await medianOfSignals(server);
  await server.kill('SIGTERM');
  await fill(server.dataDir, receiver.url);
  server = await ServerProcess.start(main, env, server);
  const before = receiver.received.length;
  const loaded = await medianOfSignals(server);
  const sent = receiver.received.length - before;
  process.stdout.write(
    `signals p50: ${quiet.toFixed(1)} ms quiet, ${loaded.toFixed(1)} ms with the backlog, of which ${sent} were sent\n`,
  );
  // It is being sent, and far from its end.
  expect(sent).toBeGreaterThan(100);
  expect(sent).toBeLessThan(ROOMS);
  expect(loaded).toBeLessThan(quiet + MOST_MS);
}, 180_000);

async function medianOfSignals({ graphqlUrl, socketUrl }: ServerProcess): Promise<number> {
  const people = await Promise.all(['Ann', 'Bob'].map((name) => register(graphqlUrl, name)));
  const [host] = people;
  if (host === undefined) throw new Error('There is nobody.');
  const { id: roomId } = await createRoom(graphqlUrl, host);
  const [ann, bob] = people.map((person) => new Participant(socketUrl, person));
  if (ann === undefined || bob === undefined) throw new Error('There is nobody.');
  await ann.join({ roomId });
  await bob.join({ roomId });
  const took: number[] = [];
  const end = performance.now() + MEASURED_MS;
  for (let index = 0; performance.now() < end; index += 1) {
    const sdp = `offer ${index}`;
    const began = performance.now();
    await Promise.all([
      ann.offer(roomId, bob.id, sdp),
      bob.next('OfferReceived', (event) => event.sdp === sdp),
    ]);
    took.push(performance.now() - began);
    bob.events.splice(1);
  }
  await Promise.all([ann.dispose(), bob.dispose()]);
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
