import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatCursor } from '../../../src/domain/cursor.ts';
import { UnavailableError } from '../../../src/domain/errors.ts';
import type { RoomActivity } from '../../../src/domain/room/live-rooms.ts';
import type { Delivery, WebhookSender } from '../../../src/domain/webhooks/ports.ts';
import { Webhooks } from '../../../src/domain/webhooks/webhooks.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { ManualClock } from '../../kit/manual-clock.ts';
import { until } from '../../kit/waiting.ts';

const URL = 'https://app.example.com/hooks';
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const LIMITS = {
  timeoutMs: 10 * SECOND_MS,
  firstRetryMs: 5 * SECOND_MS,
  longestRetryMs: HOUR_MS,
  giveUpMs: 72 * HOUR_MS,
  settleMs: 0,
};

let dataDir: string;
let store: Store;
let clock: ManualClock;
let webhooks: Webhooks;
/** What was sent when, since the start. */
let sent: { atMs: number; delivery: Delivery }[];
let send: WebhookSender['send'];
let errors: string[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-webhooks-'));
  clock = new ManualClock();
  store = await openStore({ dataDir }, { clock, log: { info() {}, warn() {} } });
  sent = [];
  errors = [];
  send = async () => {};
});
afterEach(async () => {
  send = async () => {};
  await webhooks.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

function open(limits: Partial<typeof LIMITS> = {}, outbox = store.webhooks, random = () => 0) {
  const start = clock.now();
  webhooks = new Webhooks({
    outbox,
    sender: {
      send: (delivery) => {
        sent.push({ atMs: clock.now() - start, delivery });
        return send(delivery);
      },
    },
    urls: [URL],
    clock,
    limits: { ...LIMITS, ...limits },
    log: { warn() {}, error: (_fields, message) => void errors.push(message) },
    random,
  });
}

const started = (roomId = 'a', position = 1): RoomActivity => ({
  type: 'room.started',
  roomId,
  cursor: formatCursor('000000001', position),
  at: clock.now(),
});
const refuse = async () => {
  throw new Error('The receiver answered 500.');
};
/** Turns the clock a second at a time, as long as it takes. */
async function turn(condition: () => boolean): Promise<void> {
  await until(async () => {
    if (condition()) return true;
    await clock.advance(SECOND_MS);
    return condition();
  }, 'a message');
}
const waits = () => sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));

describe('a message that does not arrive', () => {
  test('is sent again after waits that double up to the longest', async () => {
    open({ longestRetryMs: 60 * SECOND_MS });
    send = refuse;
    webhooks.tell(started());
    await turn(() => sent.length === 8);
    // Looked for every second: a wait may be one longer.
    for (const [index, wait] of [5, 10, 20, 40, 60, 60, 60].entries()) {
      expect(waits()[index]).toBeGreaterThanOrEqual(wait * SECOND_MS);
      expect(waits()[index]).toBeLessThanOrEqual((wait + 3) * SECOND_MS);
    }
    expect(new Set(sent.map(({ delivery }) => delivery.id)).size).toBe(1);
    expect(sent.map(({ delivery }) => delivery.attempts)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('waits up to a fifth longer by chance, so that not all come at once', async () => {
    open({}, store.webhooks, () => 1);
    send = refuse;
    webhooks.tell(started());
    await turn(() => sent.length === 2);
    expect(waits()[0]).toBeGreaterThanOrEqual(6 * SECOND_MS);
  });

  test('is given up when it is too old, and then the next of its room is sent', async () => {
    open({ giveUpMs: 30 * SECOND_MS });
    send = async ({ place }) => {
      if (place === `${formatCursor('000000001', 1)}-0`) await refuse();
    };
    webhooks.tell(started('a', 1));
    webhooks.tell(started('a', 2));
    await turn(() => sent.length > 1 && sent[0]?.delivery.id !== sent.at(-1)?.delivery.id);
    expect(errors).toEqual(['A webhook is given up']);
    // At 0, 5, 15, and then at 35 seconds once more.
    expect(sent).toHaveLength(5);
    expect(sent[3]?.atMs).toBeGreaterThanOrEqual(30 * SECOND_MS);
  });
});

test('what a node took and said no more of is sent by another when its claim has run out', async () => {
  open();
  send = () => new Promise(() => {});
  webhooks.tell(started());
  await turn(() => sent.length === 1);
  const first = sent[0]?.delivery;
  // As if that process had been killed: nobody closes it.
  open();
  send = async () => {};
  await turn(() => sent.length === 2);
  expect(sent[1]?.delivery).toEqual(first);
  expect(sent[1]?.atMs).toBeGreaterThanOrEqual(LIMITS.timeoutMs);
});

test('what happens while the store is away is kept, and sent in order when it is back', async () => {
  let away = true;
  open(
    {},
    {
      ...store.webhooks,
      append: async (deliveries) => {
        if (away) throw new UnavailableError('The store is away.');
        await store.webhooks.append(deliveries);
      },
    },
  );
  webhooks.tell(started('a', 1));
  await clock.advance(3 * SECOND_MS);
  webhooks.tell(started('a', 2));
  await clock.advance(3 * SECOND_MS);
  expect(sent).toEqual([]);
  away = false;
  await turn(() => sent.length === 2);
  const places = sent.map(({ delivery }) => delivery.place);
  expect(places).toEqual([...places].sort());
});

test('what another node may have to tell of the same room is waited for', async () => {
  open({ settleMs: 2 * SECOND_MS });
  const [first, second] = [started('a', 1), started('a', 2)];
  webhooks.tell(second);
  await clock.advance(SECOND_MS);
  expect(sent).toEqual([]);
  webhooks.tell(first);
  await turn(() => sent.length === 2);
  expect(sent.map(({ delivery }) => delivery.place)).toEqual([
    `${first.cursor}-0`,
    `${second.cursor}-0`,
  ]);
});
