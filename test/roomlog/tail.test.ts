import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/domain/room/entry.ts';
import { Tail } from '../../src/log/tail.ts';

function entry(position: number): LogEntry {
  return { type: 'OfferReceived', sdp: '', from: 'a', to: 'b', cursor: '', position, at: 0 };
}

function filled(tail: Tail<LogEntry>, through: number, at = 0): Tail<LogEntry> {
  for (let position = 1; position <= through; position += 1) tail.append(entry(position), 10, at);
  return tail;
}

const positions = (entries: LogEntry[] | null) => entries?.map(({ position }) => position) ?? null;

test('answers what came after a position, oldest first', () => {
  const tail = filled(new Tail<LogEntry>({ maxEntries: 10, maxBytes: 1e9, maxAgeMs: 1000 }), 5);
  expect(positions(tail.after(2, 5, 0))).toEqual([3, 4, 5]);
  expect(positions(tail.after(5, 5, 0))).toEqual([]);
  expect(positions(tail.after(0, 5, 0))).toEqual([1, 2, 3, 4, 5]);
});

test('holds as many as it may, however many came', () => {
  for (const through of [10, 11, 63, 64, 65, 200, 1000]) {
    const tail = filled(
      new Tail<LogEntry>({ maxEntries: 10, maxBytes: 1e9, maxAgeMs: 1000 }),
      through,
    );
    const oldest = through - 10;
    expect(positions(tail.after(oldest, through, 0))).toHaveLength(10);
    expect(tail.after(oldest - 1, through, 0)).toBeNull();
  }
});

test('lets go of what is too old when something new comes, or when it is trimmed', () => {
  const tail = filled(new Tail<LogEntry>({ maxEntries: 100, maxBytes: 1e9, maxAgeMs: 1000 }), 5, 0);
  tail.append(entry(6), 10, 1000);
  expect(tail.after(0, 6, 0)).toHaveLength(6);
  tail.append(entry(7), 10, 1001);
  expect(tail.after(4, 7, 0)).toBeNull();
  expect(positions(tail.after(5, 7, 0))).toEqual([6, 7]);
  tail.trim(2001);
  expect(tail.after(5, 7, 0)).toBeNull();
  expect(positions(tail.after(6, 7, 0))).toEqual([7]);
  tail.trim(10_000);
  expect(positions(tail.after(7, 7, 0))).toEqual([]);
  expect(tail.after(6, 7, 0)).toBeNull();
});

test('does not answer with what is from before the time asked for', () => {
  const tail = filled(
    new Tail<LogEntry>({ maxEntries: 100, maxBytes: 1e9, maxAgeMs: 1000 }),
    3,
    50,
  );
  expect(tail.after(0, 3, 51)).toBeNull();
  expect(tail.after(0, 3, 50)).toHaveLength(3);
});

test('holds as many bytes as it may: what is over falls out, oldest first', () => {
  const bounds = { maxEntries: 100, maxBytes: 50, maxAgeMs: 1000 };
  const tail = filled(new Tail<LogEntry>(bounds), 5);
  expect(positions(tail.after(0, 5, 0))).toEqual([1, 2, 3, 4, 5]);
  tail.append(entry(6), 1, 0);
  expect(tail.after(0, 6, 0)).toBeNull();
  expect(positions(tail.after(1, 6, 0))).toEqual([2, 3, 4, 5, 6]);
  tail.append(entry(7), 51, 0);
  expect(tail.after(6, 7, 0)).toBeNull();
  tail.append(entry(8), 50, 0);
  expect(positions(tail.after(7, 8, 0))).toEqual([8]);
});
