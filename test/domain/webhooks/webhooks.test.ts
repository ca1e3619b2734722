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
const OTHER = 'https://other.example.com/hooks';
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const LIMITS = {
  timeoutMs: 10 * SECOND_MS,
  firstRetryMs: 5 * SECOND_MS,
  longestRetryMs: HOUR_MS,
  giveUpMs: 72 * HOUR_MS,
  settleMs: 0,
  perSecond: 1_000_000,
  burst: 1_000_000,
  backlog: 1_000_000,
};

let dataDir: string;
let store: Store;
let clock: ManualClock;
let webhooks: Webhooks;
/** What was sent when, since the start. */
let sent: { atMs: number; delivery: Delivery }[];
let send: WebhookSender['send'];
let errors: string[];
let warnings: object[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-webhooks-'));
  clock = new ManualClock();
  store = await openStore({ dataDir }, { clock, log: { info() {}, warn() {} } });
  sent = [];
  errors = [];
  warnings = [];
  send = async () => {};
});
afterEach(async () => {
  send = async () => {};
  await webhooks.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

function open(
  limits: Partial<typeof LIMITS> = {},
  outbox = store.webhooks,
  random = () => 0,
  urls = [URL],
) {
  const start = clock.now();
  webhooks = new Webhooks({
    outbox,
    sender: {
      send: (delivery) => {
        sent.push({ atMs: clock.now() - start, delivery });
        return send(delivery);
      },
    },
    urls,
    clock,
    limits: { ...LIMITS, ...limits },
    log: {
      warn: (fields) => void warnings.push(fields),
      error: (_fields, message) => void errors.push(message),
    },
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
/** The store answers in order, from a thread of its own: what follows from a second takes a few answers. */
async function storeCaughtUp(): Promise<void> {
  for (let answers = 0; answers < 8; answers += 1) await store.accounts.list(1, null);
}
/** Turns the clock a second at a time, as long as it takes. */
async function turn(condition: () => boolean): Promise<void> {
  await until(async () => {
    if (condition()) return true;
    await clock.advance(SECOND_MS);
    await storeCaughtUp();
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

  test('is a line of the log at most once a minute for each receiver, with how often it happened', async () => {
    open({ longestRetryMs: 5 * SECOND_MS });
    send = refuse;
    for (let room = 0; room < 5; room += 1) webhooks.tell(started(`room ${room}`));
    const start = clock.now();
    await turn(() => sent.length === 10);
    expect(warnings).toMatchObject([{ receiver: 'app.example.com', attempts: 1, times: 1 }]);
    await turn(() => warnings.length === 2);
    expect(clock.now() - start).toBeGreaterThanOrEqual(60 * SECOND_MS);
    expect(Object(warnings[1]).times).toBeGreaterThanOrEqual(10);
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

describe('a clock that is set', () => {
  test.each([-HOUR_MS, HOUR_MS])('by %i ms delays nothing that waits', async (step) => {
    open();
    send = refuse;
    webhooks.tell(started());
    await turn(() => sent.length === 2);
    clock.jump(step);
    send = async () => {};
    const at = clock.now();
    webhooks.tell(started('b'));
    await turn(() => sent.some(({ delivery }) => delivery.roomId === 'b'));
    await turn(() => sent.length === 4);
    expect(clock.now() - at).toBeLessThan(40 * SECOND_MS);
  });

  test.each([-HOUR_MS, HOUR_MS])('by %i ms between two starts delays nothing', async (step) => {
    open();
    send = refuse;
    webhooks.tell(started());
    await turn(() => sent.length === 5);
    await webhooks.close();
    clock.jump(step);
    send = async () => {};
    sent = [];
    open();
    await turn(() => sent.length === 1);
    expect(sent[0]?.atMs).toBeLessThan(40 * SECOND_MS);
  });

  test('forward makes no message older than it is', async () => {
    open({ giveUpMs: 120 * SECOND_MS });
    send = refuse;
    webhooks.tell(started());
    await turn(() => sent.length === 1);
    clock.jump(2 * HOUR_MS);
    await turn(() => sent.length === 3);
    expect(errors).toEqual([]);
    await turn(() => errors.length === 1);
    expect(errors).toEqual(['A webhook is given up']);
  });

  test('sends nothing twice that is being sent', async () => {
    open();
    let taken: () => void = () => {};
    send = () =>
      new Promise((resolve) => {
        taken = resolve;
      });
    webhooks.tell(started());
    await turn(() => sent.length === 1);
    clock.jump(HOUR_MS);
    for (let second = 0; second < 5; second += 1) await turn(() => true);
    await clock.advance(3 * SECOND_MS);
    expect(sent).toHaveLength(1);
    taken();
  });
});

test('a clock that is set back by an hour: what waits is counted, and what is lost is said, as often as before', async () => {
  let counts = 0;
  const count = (url: string) => {
    counts += 1;
    return store.webhooks.count(url);
  };
  open({ backlog: 5 }, { ...store.webhooks, count });
  send = refuse;
  for (let room = 0; room < 10; room += 1) webhooks.tell(started(`room ${room}`));
  await storeCaughtUp();
  expect([counts, errors.length]).toEqual([1, 1]);
  clock.jump(-HOUR_MS);
  await turn(() => counts === 2);
  expect(clock.elapsed()).toBeLessThan(60 * SECOND_MS);
  await clock.advance(60 * SECOND_MS);
  await storeCaughtUp();
  webhooks.tell(started('another room'));
  expect(errors).toHaveLength(2);
});

test('a receiver whose messages cannot be looked up stalls no other', async () => {
  const outbox = {
    ...store.webhooks,
    claim: (wanted: Parameters<typeof store.webhooks.claim>[0]) =>
      wanted.url === 'https://bad.example/'
        ? Promise.reject(new Error('no'))
        : store.webhooks.claim(wanted),
  };
  const start = clock.now();
  webhooks = new Webhooks({
    outbox,
    sender: {
      async send(delivery) {
        sent.push({ atMs: clock.now() - start, delivery });
      },
    },
    urls: ['https://bad.example/', 'not a URL at all', URL],
    clock,
    limits: LIMITS,
    log: { warn() {}, error: (_fields, message) => void errors.push(message) },
  });
  webhooks.tell(started());
  await turn(() => sent.some(({ delivery }) => delivery.url === URL));
});

const joined = (id: string, roomId = 'a', position = 1): RoomActivity => ({
  ...started(roomId, position),
  type: 'participant.joined',
  participant: {
    id,
    user: { id: `user of ${id}`, name: 'Ann', isGuest: false },
    role: 'MEMBER',
    joinOrder: 1,
    media: { audio: false, video: false, screen: false },
    handRaised: false,
    handRaisedAt: null,
    connection: 'CONNECTED',
    joinedAt: clock.now(),
  },
});

test('WEBHOOK_BURST, then WEBHOOKS_PER_SECOND: past it joins are left out with their leavings, and it is said', async () => {
  open({ burst: 3, perSecond: 1 });
  webhooks.tell(started('a', 1));
  for (let stay = 0; stay < 10; stay += 1) webhooks.tell(joined(`stay ${stay}`, 'a', 2 + stay));
  // Another room has its own pace.
  webhooks.tell(started('b', 1));
  for (let stay = 0; stay < 10; stay += 1) {
    const activity = joined(`stay ${stay}`, 'a', 20 + stay);
    if (activity.type !== 'participant.joined') throw new Error('It joins.');
    webhooks.tell({ ...activity, type: 'participant.left', reason: 'LEFT' });
  }
  await turn(() => sent.length >= 6);
  await clock.advance(3 * SECOND_MS);
  const types = sent.map(({ delivery }) => JSON.parse(delivery.body).type).sort();
  expect(types).toEqual([
    'participant.joined',
    'participant.joined',
    'participant.left',
    'participant.left',
    'room.started',
    'room.started',
  ]);
  expect(errors).toEqual(['A room or a user makes too many webhooks: some are left out']);
});

test('a room whose end was told by another node starts anew', async () => {
  open({ burst: 1, perSecond: 1 });
  webhooks.tell(started('a', 1));
  // Past the pace: this start is not told, and its end comes to another node.
  webhooks.tell(started('a', 2));
  await clock.advance(2 * SECOND_MS);
  webhooks.tell(started('a', 3));
  webhooks.tell({ ...started('a', 4), type: 'room.ended' });
  await turn(() => sent.length >= 3);
  const types = sent.map(({ delivery }) => JSON.parse(delivery.body).type);
  expect(types).toEqual(['room.started', 'room.started', 'room.ended']);
});

test('WEBHOOK_BACKLOG: past it messages are lost, and it is said', async () => {
  open({ backlog: 5 });
  send = refuse;
  for (let room = 0; room < 10; room += 1) webhooks.tell(started(`room ${room}`));
  await clock.advance(SECOND_MS);
  expect(await store.webhooks.count(URL)).toBe(5);
  expect(errors).toEqual(['Too many webhooks wait for a receiver: some are lost']);
});

test('a receiver that takes nothing is not why another is told nothing', async () => {
  open({ backlog: 5 }, undefined, undefined, [URL, OTHER]);
  send = ({ url }) => (url === URL ? refuse() : Promise.resolve());
  for (let room = 0; room < 20; room += 1) {
    webhooks.tell(started(`room ${room}`));
    await turn(() => sent.filter(({ delivery }) => delivery.url === OTHER).length === room + 1);
  }
  expect(await store.webhooks.count(URL)).toBe(5);
});
