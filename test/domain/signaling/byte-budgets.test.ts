import { expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/accounts/sessions.ts';
import { RateLimitedError } from '../../../src/domain/errors.ts';
import { Mailbox } from '../../../src/domain/mailbox.ts';
import { ByteBudgets, type ByteLimits } from '../../../src/domain/signaling/byte-budgets.ts';
import type { RoomEvent } from '../../../src/domain/signaling/event.ts';
import { bytesOfEvent } from '../../../src/domain/signaling/event-size.ts';

const KB = 1024;
const PLENTY = { perSecond: 1e9, burst: 1e9 };

function budgets(limits: Partial<ByteLimits> = {}): ByteBudgets {
  return new ByteBudgets({
    participant: PLENTY,
    account: PLENTY,
    process: 1e12,
    keptMs: 60_000,
    unread: 1e9,
    ...limits,
  });
}

const caller = (accountId: string, address = '192.0.2.1'): Caller => ({
  accountId,
  name: accountId,
  sessionId: accountId,
  expiresAt: new Date(0),
  guestOf: null,
  grant: null,
  device: null,
  address,
});
const offer = (bytes: number): RoomEvent => ({
  type: 'OfferReceived',
  cursor: '1',
  position: 1,
  at: 0,
  to: 'b',
  from: 'a',
  sdp: 'x'.repeat(bytes),
});

/** How many sends of a kilobyte go through. */
function sends(bytes: ByteBudgets, who: Caller, now: number, roomId = 'room', to = 'b'): number {
  for (let sent = 0; sent < 10_000; sent += 1) {
    try {
      bytes.pay(who, roomId, to, KB, now + sent);
    } catch (error) {
      expect(error).toBeInstanceOf(RateLimitedError);
      return sent;
    }
  }
  return Number.POSITIVE_INFINITY;
}

test('one participant: a burst, then so many bytes a second', () => {
  const bytes = budgets({ participant: { perSecond: 2 * KB, burst: 10 * KB } });
  bytes.open('ann', 'room', 'a', new Mailbox<RoomEvent>(1), 0);
  expect(sends(bytes, caller('ann'), 0)).toBe(10);
  expect(sends(bytes, caller('ann'), 1000)).toBe(2);
  expect(sends(bytes, caller('bob'), 1000)).toBe(10);
});

test('one user: a burst in all rooms together', () => {
  const bytes = budgets({ account: { perSecond: KB, burst: 10 * KB } });
  for (const room of ['one', 'other']) bytes.open('ann', room, room, new Mailbox<RoomEvent>(1), 0);
  bytes.pay(caller('ann'), 'one', 'b', 6 * KB, 0);
  expect(sends(bytes, caller('ann'), 0, 'other')).toBe(4);
});

test('all together: who has sent much waits, who has sent little goes on', () => {
  const bytes = budgets({ process: 50 * KB, participant: { perSecond: 1e9, burst: 10 * KB } });
  expect(sends(bytes, caller('eve'), 0)).toBe(50);
  expect(sends(bytes, caller('ann', '192.0.2.2'), 0)).toBe(10);
  // Many accounts of one address are bounded together.
  let sent = 0;
  for (let i = 0; i < 20; i += 1) sent += sends(bytes, caller(`guest ${i}`, '192.0.2.3'), 0);
  expect(sent).toBe(80);
  expect(sends(bytes, caller('eve'), 130_000)).toBe(50);
});

test('a slow addressee: who sends it much waits, and at twice as many bytes everybody does', () => {
  const bytes = budgets({ unread: 500 * KB, participant: { perSecond: KB, burst: 1000 * KB } });
  const mailbox = new Mailbox<RoomEvent>(1000, Number.POSITIVE_INFINITY, bytesOfEvent);
  bytes.open('bob', 'room', 'b', mailbox, 0);
  for (const name of ['ann', 'eve']) bytes.open(name, 'room', name, new Mailbox<RoomEvent>(1), 0);
  expect(() => bytes.pay(caller('eve'), 'room', 'b', 100 * KB, 0)).not.toThrow();
  mailbox.push(offer(600 * KB));
  expect(() => bytes.pay(caller('eve'), 'room', 'b', KB, 0)).toThrow(RateLimitedError);
  expect(() => bytes.pay(caller('eve'), 'room', 'c', KB, 0)).not.toThrow();
  expect(() => bytes.pay(caller('ann'), 'room', 'b', KB, 0)).not.toThrow();
  mailbox.push(offer(500 * KB));
  expect(() => bytes.pay(caller('ann'), 'room', 'b', KB, 0)).toThrow(RateLimitedError);
  mailbox.lose();
  expect(() => bytes.pay(caller('ann'), 'room', 'b', KB, 0)).not.toThrow();
});

test('a mailbox overflows at its bytes, however few events they are', () => {
  const mailbox = new Mailbox<RoomEvent>(1000, 100 * KB, bytesOfEvent);
  mailbox.open([]);
  for (let i = 0; i < 3; i += 1) mailbox.push(offer(30 * KB));
  expect(mailbox.closed).toBe(false);
  expect(mailbox.unreadBytes).toBeGreaterThan(90 * KB);
  mailbox.push(offer(30 * KB));
  expect(mailbox.closed).toBe(true);
  expect(mailbox.unreadBytes).toBe(0);
});
