import { describe, expect, test, vi } from 'vitest';
import { type Departure, Mailbox, type MailboxReader } from '../../src/domain/mailbox.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';

function event(position: number): RoomEvent {
  return {
    type: 'OfferReceived',
    sdp: '',
    from: 'a',
    to: 'b',
    cursor: String(position),
    position,
    at: 0,
  };
}

/** Takes `appetite` events, and more with each {@link SlowReader.eat}. */
class SlowReader implements MailboxReader<RoomEvent> {
  readonly positions: number[] = [];
  readonly outcomes: string[] = [];
  onDeliver: (position: number) => void = () => {};

  constructor(
    readonly mailbox: Mailbox<RoomEvent>,
    private appetite = Number.POSITIVE_INFINITY,
  ) {}

  deliver({ position }: RoomEvent): boolean {
    this.positions.push(position);
    this.onDeliver(position);
    this.appetite -= 1;
    return this.appetite > 0;
  }

  ended(): void {
    this.outcomes.push('ended');
  }

  overflowed(): void {
    this.outcomes.push('overflowed');
  }

  eat(more: number): void {
    this.appetite = more;
    this.mailbox.resume();
  }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a mailbox', () => {
  test('holds what comes before it is opened, and puts first what it is opened with', () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    mailbox.push(event(3));
    mailbox.push(event(4));
    expect(reader.positions).toEqual([]);
    mailbox.open([event(1), event(2)]);
    mailbox.push(event(5));
    expect(reader.positions).toEqual([1, 2, 3, 4, 5]);
    expect(mailbox.size).toBe(0);
  });

  test('holds everything until there is a reader', () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    mailbox.open([event(1)]);
    mailbox.push(event(2));
    mailbox.end();
    mailbox.push(event(3));
    expect(mailbox.closed).toBe(false);
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    expect(reader.positions).toEqual([1, 2]);
    expect(reader.outcomes).toEqual(['ended']);
    expect(mailbox.closed).toBe(true);
  });

  test('waits while its reader does, and ends after what waited', () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const reader = new SlowReader(mailbox, 2);
    mailbox.attach(reader);
    mailbox.open([]);
    for (let position = 1; position <= 5; position += 1) mailbox.push(event(position));
    expect(reader.positions).toEqual([1, 2]);
    expect(mailbox.size).toBe(3);
    mailbox.end();
    reader.eat(2);
    expect(reader.positions).toEqual([1, 2, 3, 4]);
    expect(reader.outcomes).toEqual([]);
    reader.eat(2);
    expect(reader.positions).toEqual([1, 2, 3, 4, 5]);
    expect(reader.outcomes).toEqual(['ended']);
  });

  test('held, it keeps what comes until it is opened again, after what its reader has not taken yet', () => {
    const mailbox = new Mailbox<RoomEvent>(2);
    const reader = new SlowReader(mailbox, 1);
    mailbox.attach(reader);
    mailbox.open([event(1), event(2)]);
    mailbox.hold();
    mailbox.push(event(5));
    reader.eat(100);
    expect(reader.positions).toEqual([1]);
    mailbox.open([event(3), event(4)]);
    mailbox.push(event(6));
    expect(reader.positions).toEqual([1, 2, 3, 4, 5, 6]);
    expect(mailbox.size).toBe(0);
  });

  test('abandoned, it ends as if its reader had been too slow', async () => {
    const mailbox = new Mailbox<RoomEvent>(2);
    const departures: Departure[] = [];
    mailbox.onDeparture((how) => departures.push(how));
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    mailbox.open([event(1)]);
    mailbox.abandon();
    mailbox.abandon();
    await tick();
    expect(reader.outcomes).toEqual(['overflowed']);
    expect(departures).toEqual(['lost']);
  });

  test('overflows at one more than its limit: the reader is told once, and nothing comes any more', async () => {
    const mailbox = new Mailbox<RoomEvent>(3);
    const departures: Departure[] = [];
    mailbox.onDeparture((how) => departures.push(how));
    const reader = new SlowReader(mailbox, 1);
    mailbox.attach(reader);
    mailbox.open([]);
    for (let position = 1; position <= 4; position += 1) mailbox.push(event(position));
    expect(reader.outcomes).toEqual([]);
    mailbox.push(event(5));
    mailbox.push(event(6));
    expect(reader.outcomes).toEqual(['overflowed']);
    expect(departures).toEqual([]);
    await tick();
    expect(departures).toEqual(['lost']);
    reader.eat(100);
    mailbox.end();
    mailbox.unsubscribe();
    await tick();
    expect(reader.positions).toEqual([1]);
    expect(reader.outcomes).toEqual(['overflowed']);
    expect(departures).toEqual(['lost']);
    expect(mailbox.size).toBe(0);
  });

  test('what it is opened with counts for nothing: a long replay and then the limit', () => {
    const mailbox = new Mailbox<RoomEvent>(3);
    mailbox.push(event(100));
    mailbox.open(Array.from({ length: 50 }, (_, index) => event(index)));
    mailbox.push(event(101));
    mailbox.push(event(102));
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    expect(reader.positions).toHaveLength(53);
    expect(reader.positions.at(-1)).toBe(102);
    expect(reader.outcomes).toEqual([]);
  });

  test('a replay that is read in part frees no more than it took', () => {
    const mailbox = new Mailbox<RoomEvent>(2);
    const reader = new SlowReader(mailbox, 3);
    mailbox.attach(reader);
    mailbox.open([event(1), event(2), event(3), event(4)]);
    mailbox.push(event(5));
    mailbox.push(event(6));
    expect(reader.outcomes).toEqual([]);
    mailbox.push(event(7));
    expect(reader.outcomes).toEqual(['overflowed']);
  });

  test('an overflow before there is a reader, or a listener, is told when they come', async () => {
    const mailbox = new Mailbox<RoomEvent>(2);
    for (let position = 1; position <= 3; position += 1) mailbox.push(event(position));
    const departures: Departure[] = [];
    mailbox.onDeparture((how) => departures.push(how));
    mailbox.open([event(0)]);
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    await tick();
    expect(reader.positions).toEqual([]);
    expect(reader.outcomes).toEqual(['overflowed']);
    expect(departures).toEqual(['lost']);
  });

  test('a reader that comes too late is told that it has ended', () => {
    const mailbox = new Mailbox<RoomEvent>(2);
    mailbox.open([]);
    mailbox.lose();
    const reader = new SlowReader(mailbox);
    mailbox.attach(reader);
    expect(reader.outcomes).toEqual(['ended']);
  });

  test('what an event causes while it is delivered waits its turn', () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const reader = new SlowReader(mailbox);
    reader.onDeliver = (position) => {
      if (position < 3) {
        mailbox.push(event(position * 10));
        mailbox.resume();
      }
    };
    mailbox.attach(reader);
    mailbox.open([event(1), event(2)]);
    mailbox.push(event(3));
    expect(reader.positions).toEqual([1, 2, 10, 20, 3]);
  });

  test('its end while it delivers is told after that', () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const reader = new SlowReader(mailbox);
    reader.onDeliver = () => mailbox.end();
    mailbox.attach(reader);
    mailbox.open([]);
    mailbox.push(event(1));
    expect(reader.outcomes).toEqual(['ended']);
  });

  test('its loss while it delivers drops the rest', async () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const departures: Departure[] = [];
    mailbox.onDeparture((how) => departures.push(how));
    const reader = new SlowReader(mailbox);
    reader.onDeliver = () => mailbox.lose();
    mailbox.attach(reader);
    mailbox.open([event(1), event(2)]);
    expect(departures).toEqual([]);
    await tick();
    expect(reader.positions).toEqual([1]);
    expect(departures).toEqual(['lost']);
  });

  test('tells how its reader went, once, and not after it has ended', async () => {
    const listener = vi.fn();
    const gone = new Mailbox<RoomEvent>(1);
    gone.onDeparture(listener);
    gone.unsubscribe();
    gone.lose();
    await tick();
    expect(listener.mock.calls).toEqual([['unsubscribed']]);
    const ended = new Mailbox<RoomEvent>(1);
    ended.onDeparture(listener);
    ended.end();
    ended.onDeparture(listener);
    ended.lose();
    await tick();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
