import { beforeEach, expect, test } from 'vitest';
import { Mailbox } from '../../../src/domain/mailbox.ts';
import type { RoomEvent } from '../../../src/domain/signaling/event.ts';
import { IceRefresh } from '../../../src/domain/signaling/ice-refresh.ts';
import { IceServerIssuer } from '../../../src/domain/signaling/ice-servers.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

const TTL_MS = 60_000;
const TURN = { urls: ['turn:turn.example.com'], secret: 'secret', ttlMs: TTL_MS };

let clock: ManualClock;
let issuer: IceServerIssuer;
let refresh: IceRefresh;

beforeEach(() => {
  clock = new ManualClock();
  issuer = new IceServerIssuer({ stunUrls: [], turn: TURN }, clock);
  refresh = new IceRefresh(issuer, clock);
});

function event(position: number): RoomEvent {
  const placed = {
    cursor: `cursor ${position}`,
    position,
    at: clock.now(),
    to: null,
    except: null,
  };
  return { ...placed, type: 'RoomClosed', reason: 'EXPIRED' };
}

function enter(accountId: string, limit = 8) {
  const mailbox = new Mailbox<RoomEvent>(limit);
  const events: RoomEvent[] = [];
  mailbox.attach({
    deliver: (one) => events.push(one) > 0,
    ended: () => {},
    overflowed: () => {},
  });
  mailbox.open([event(7)]);
  refresh.watch(mailbox, accountId, issuer.issue(accountId));
  const refreshed = () =>
    events.flatMap((one) => (one.type === 'IceServersRefreshed' ? [one] : []));
  return { mailbox, events, refreshed };
}

test('newer credentials come when two thirds of their life are over, again and again', async () => {
  const { refreshed } = enter('ann');
  await clock.advance(TTL_MS * 0.65);
  expect(refreshed()).toEqual([]);
  await clock.advance(TTL_MS * 0.02);
  expect(refreshed()).toHaveLength(1);
  const [first] = refreshed();
  const [server] = first?.iceServers.servers ?? [];
  expect(server?.username).toMatch(/^\d+:ann$/);
  const expiresAt = first?.iceServers.expiresAt?.getTime() ?? 0;
  expect(expiresAt - clock.now()).toBeGreaterThan(TTL_MS * 0.9);
  await clock.advance(TTL_MS * 10);
  const ends = refreshed().map(({ iceServers }) => iceServers.expiresAt?.getTime() ?? 0);
  expect(ends.length).toBeGreaterThanOrEqual(14);
  // None ever ended before the next came.
  const times = refreshed().map(({ at }) => at);
  for (const [index, end] of ends.entries()) expect(times[index + 1] ?? 0).toBeLessThan(end);
});

test.each([-0.5, -100, 0.5, 100])(
  'they come neither later nor earlier if the clock is set by %f of their life',
  async (step) => {
    const { refreshed } = enter('ann');
    await clock.advance(TTL_MS * 0.6);
    clock.jump(step * TTL_MS);
    const { refreshed: ofLater } = enter('bob');
    await clock.advance(TTL_MS * 0.065);
    expect(refreshed()).toEqual([]);
    await clock.advance(TTL_MS * 0.005);
    expect([refreshed().length, ofLater().length]).toEqual([1, 0]);
    await clock.advance(TTL_MS * 0.6);
    expect([refreshed().length, ofLater().length]).toEqual([1, 1]);
  },
);

test('it stands at the place of the event before it, so that a client may resume from there', async () => {
  const { mailbox, refreshed } = enter('ann');
  mailbox.push(event(8));
  await clock.advance(TTL_MS);
  expect(refreshed()[0]).toMatchObject({ cursor: 'cursor 8', position: 8 });
});

test('one timer serves everybody, each at their time', async () => {
  const early = Array.from({ length: 700 }, (_, index) => enter(`early ${index}`));
  await clock.advance(TTL_MS / 3);
  const late = Array.from({ length: 700 }, (_, index) => enter(`late ${index}`));
  expect(clock.timers).toBe(1);
  await clock.advance(TTL_MS / 3);
  expect(early.every(({ refreshed }) => refreshed().length === 1)).toBe(true);
  expect(late.every(({ refreshed }) => refreshed().length === 0)).toBe(true);
  await clock.advance(TTL_MS / 3);
  expect(late.every(({ refreshed }) => refreshed().length === 1)).toBe(true);
  expect(clock.timers).toBe(1);
});

test.each(['end', 'lose', 'unsubscribe'] as const)(
  'a mailbox that is closed by %s gets none',
  async (how) => {
    const { mailbox, refreshed } = enter('ann');
    mailbox[how]();
    expect(mailbox.closed).toBe(true);
    await clock.advance(TTL_MS * 2);
    expect(refreshed()).toEqual([]);
    expect(clock.timers).toBe(0);
  },
);

test('a reader that takes nothing overflows by it like by anything else, and is let go of', async () => {
  const mailbox = new Mailbox<RoomEvent>(2);
  mailbox.open([event(1)]);
  refresh.watch(mailbox, 'ann', issuer.issue('ann'));
  await clock.advance(TTL_MS * 4);
  expect(mailbox.closed).toBe(true);
  await clock.advance(TTL_MS);
  expect(clock.timers).toBe(0);
});

test('servers without credentials last: there is nothing to do', async () => {
  const plain = new IceServerIssuer({ stunUrls: ['stun:stun.example.com'], turn: null }, clock);
  const mailbox = new Mailbox<RoomEvent>(2);
  mailbox.open([event(1)]);
  refresh.watch(mailbox, 'ann', plain.issue('ann'));
  expect(clock.timers).toBe(0);
});
