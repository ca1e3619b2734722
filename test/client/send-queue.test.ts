import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetworkError, PeerqlError, RateLimitedError } from '../../src/client/errors.ts';
import { EVERYBODY, SendQueue } from '../../src/client/send-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Settles everything that waits on promises alone. */
const settle = () => vi.advanceTimersByTimeAsync(0);

/** A connection to a server that accepts a send once, however often it comes. */
class Line {
  readonly server: Map<number, true>;
  /** Answers that have not been given yet. */
  readonly held: (() => void)[] = [];
  cut = false;
  hold = false;

  constructor(server: Map<number, true>) {
    this.server = server;
  }

  async carry(id: number): Promise<void> {
    if (this.cut) throw new NetworkError('cut');
    this.server.set(id, true);
    if (this.hold) await new Promise<void>((resolve) => this.held.push(resolve));
    if (this.cut) throw new NetworkError('cut');
  }
}

it('waits for a connection, then sends in order', async () => {
  const queue = new SendQueue<Line>();
  const server = new Map<number, true>();
  const sends = [1, 2, 3].map((id) => queue.send('peer', (line) => line.carry(id)));
  await settle();
  expect([...server.keys()]).toEqual([]);
  queue.open(new Line(server));
  await Promise.all(sends);
  expect([...server.keys()]).toEqual([1, 2, 3]);
});

it('sends again what was without an answer when the connection was lost, before what came later', async () => {
  const queue = new SendQueue<Line>();
  const server = new Map<number, true>();
  const first = new Line(server);
  first.hold = true;
  queue.open(first);
  const sends = [1, 2].map((id) => queue.send('peer', (line) => line.carry(id)));
  await settle();
  first.cut = true;
  for (const answer of first.held) answer();
  queue.suspend();
  sends.push(queue.send('peer', (line) => line.carry(3)));
  const order: number[] = [];
  const second = new Line(server);
  const carry = second.carry.bind(second);
  second.carry = (id) => {
    order.push(id);
    return carry(id);
  };
  queue.open(second);
  await Promise.all(sends);
  expect(order).toEqual([1, 2, 3]);
});

it('keeps order and loses nothing over any series of cuts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ sends: fc.nat(40), hold: fc.boolean() }), { maxLength: 12 }),
      async (rounds) => {
        const queue = new SendQueue<Line>();
        const server = new Map<number, true>();
        const sends: Promise<void>[] = [];
        for (const { sends: count, hold } of rounds) {
          const line = new Line(server);
          line.hold = hold;
          queue.open(line);
          for (let index = 0; index < count; index += 1) {
            const id = sends.length;
            sends.push(queue.send('peer', (on) => on.carry(id)));
          }
          await settle();
          line.cut = true;
          for (const answer of line.held) answer();
          queue.suspend();
        }
        queue.open(new Line(server));
        await Promise.all(sends);
        expect([...server.keys()]).toEqual(sends.map((_, index) => index));
      },
    ),
    { numRuns: 200, seed: 20_260_101 },
  );
});

it('holds the sends to one addressee while the server says so, and no others', async () => {
  const queue = new SendQueue<Line>();
  queue.open(new Line(new Map()));
  let limited = true;
  const tries: number[] = [];
  const slow = queue.send('slow', () => {
    tries.push(Date.now());
    return limited ? Promise.reject(new RateLimitedError('slow down', 2)) : Promise.resolve();
  });
  await settle();
  const behind = vi.fn(() => Promise.resolve());
  const later = queue.send('slow', behind);
  await queue.send('quick', () => Promise.resolve());
  expect(behind).not.toHaveBeenCalled();
  limited = false;
  await vi.advanceTimersByTimeAsync(2_000);
  await Promise.all([slow, later]);
  expect(tries).toHaveLength(2);
  expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBe(2_000);
});

it('rejects what the server refuses, and goes on', async () => {
  const queue = new SendQueue<Line>();
  queue.open(new Line(new Map()));
  const refused = queue.send('peer', () => Promise.reject(new PeerqlError('NOT_IN_ROOM', 'no')));
  const next = queue.send('peer', () => Promise.resolve());
  await expect(refused).rejects.toMatchObject({ code: 'NOT_IN_ROOM' });
  await next;
});

it('tries again when a part of the server is away', async () => {
  const queue = new SendQueue<Line>();
  queue.open(new Line(new Map()));
  let away = true;
  const sent = queue.send('peer', () =>
    away ? Promise.reject(new PeerqlError('UNAVAILABLE', 'later')) : Promise.resolve(),
  );
  await settle();
  away = false;
  await vi.advanceTimersByTimeAsync(1_000);
  await sent;
});

it('drops what was for somebody who is gone', async () => {
  const queue = new SendQueue<Line>();
  const gone = queue.send('gone', () => Promise.resolve());
  const stays = queue.send('stays', () => Promise.resolve());
  queue.drop('gone', new PeerqlError('PEER_NOT_IN_ROOM', 'gone'));
  await expect(gone).rejects.toMatchObject({ code: 'PEER_NOT_IN_ROOM' });
  queue.open(new Line(new Map()));
  await stays;
});

it('refuses what waits and what comes once it is closed', async () => {
  const queue = new SendQueue<Line>();
  const waits = queue.send('peer', () => Promise.resolve());
  queue.close(new PeerqlError('ENDED', 'over'));
  await expect(waits).rejects.toMatchObject({ code: 'ENDED' });
  queue.open(new Line(new Map()));
  const late = vi.fn(() => Promise.resolve());
  await expect(queue.send('peer', late)).rejects.toMatchObject({ code: 'ENDED' });
  expect(late).not.toHaveBeenCalled();
});

it.each(['before it is told', 'after it was told'])(
  'refuses what was in flight when one of it was too big, %s by the sends, and sends the rest',
  async (when) => {
    const queue = new SendQueue<Line>();
    const first = new Line(new Map());
    first.hold = true;
    queue.open(first);
    const inFlight = [1, 2].map((id) => queue.send('peer', (line) => line.carry(id)));
    await settle();
    const cut = () => {
      first.cut = true;
      for (const answer of first.held) answer();
      return settle();
    };
    if (when === 'after it was told') await cut();
    queue.refuseInFlight(new PeerqlError('INVALID_INPUT', 'too big'));
    for (const send of inFlight) {
      await expect(send).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    await cut();
    const later = queue.send('peer', (line) => line.carry(3));
    const server = new Map<number, true>();
    queue.open(new Line(server));
    await later;
    expect([...server.keys()]).toEqual([3]);
  },
);

it('keeps what had not gone out when what was in flight is refused', async () => {
  const queue = new SendQueue<Line>();
  const first = new Line(new Map());
  first.hold = true;
  queue.open(first);
  const sends = Array.from({ length: 40 }, (_, id) => queue.send('peer', (line) => line.carry(id)));
  await settle();
  const outcomes = Promise.allSettled(sends);
  queue.refuseInFlight(new PeerqlError('INVALID_INPUT', 'too big'));
  const server = new Map<number, true>();
  queue.open(new Line(server));
  const refused = (await outcomes).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(32);
  expect([...server.keys()]).toEqual([32, 33, 34, 35, 36, 37, 38, 39]);
});

it('sends in a new stay what is for everybody and had not gone out, and nothing else', async () => {
  const queue = new SendQueue<Line>();
  const first = new Line(new Map());
  first.hold = true;
  queue.open(first);
  const sent = [EVERYBODY, 'peer'].map((to, id) => queue.send(to, (line) => line.carry(id)));
  await settle();
  queue.suspend();
  const waits = [EVERYBODY, 'peer'].map((to, id) => queue.send(to, (line) => line.carry(10 + id)));
  const outcomes = Promise.allSettled([...sent, ...waits]);
  queue.renew(new PeerqlError('GONE', 'gone'), new PeerqlError('UNKNOWN', 'unknown'));
  const server = new Map<number, true>();
  queue.open(new Line(server));
  const codes = (await outcomes).map((one) => (one.status === 'rejected' ? one.reason.code : null));
  expect(codes).toEqual(['UNKNOWN', 'GONE', null, 'GONE']);
  expect([...server.keys()]).toEqual([10]);
});

it('gives the refusal back where the server says to wait longer than anybody would', async () => {
  const queue = new SendQueue<Line>();
  queue.open(new Line(new Map()));
  const refused = queue.send('peer', () => Promise.reject(new RateLimitedError('slow', 16)));
  await expect(refused).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 16 });
  await queue.send('peer', () => Promise.resolve());
});
