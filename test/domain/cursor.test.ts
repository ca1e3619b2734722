import { expect, test } from 'vitest';
import {
  BEFORE_ALL,
  CursorWriter,
  formatCursor,
  newEpoch,
  parseCursor,
} from '../../src/domain/cursor.ts';

const EPOCH = newEpoch(Date.UTC(2026, 0, 1));
const POSITIONS = [0, 1, 35, 36, 1295, 1296, 1297, 46_655, 46_656, 999_999_999, 2 ** 40];

test('a cursor is read as it was written', () => {
  for (const position of POSITIONS) {
    expect(parseCursor(formatCursor(EPOCH, position))).toEqual({ epoch: EPOCH, position });
  }
  expect(parseCursor(formatCursor(EPOCH, 0))?.epoch).toBe(EPOCH);
});

test('cursors of one log grow with their positions, as strings', () => {
  const cursors = POSITIONS.map((position) => formatCursor(EPOCH, position));
  expect(cursors).toEqual([...cursors].sort());
  for (const cursor of cursors) expect(cursor > BEFORE_ALL).toBe(true);
});

test('cursors of a later log are greater, and no two logs share an epoch', () => {
  const later = newEpoch(Date.UTC(2026, 0, 1) + 1);
  expect(formatCursor(later, 0) > formatCursor(EPOCH, 2 ** 40)).toBe(true);
  expect(newEpoch(0)).not.toBe(newEpoch(0));
});

test('a writer writes what formatting does, in whatever order', () => {
  const writer = new CursorWriter(EPOCH);
  for (const position of [...POSITIONS, ...POSITIONS.toReversed()]) {
    expect(writer.at(position)).toBe(formatCursor(EPOCH, position));
  }
  for (let position = 1200; position < 1400; position += 1) {
    expect(writer.at(position)).toBe(formatCursor(EPOCH, position));
  }
});

test('what is no cursor is none', () => {
  const good = formatCursor(EPOCH, 7);
  const bad = ['', BEFORE_ALL, 'x', `${good}0`, good.slice(1), good.toUpperCase(), ` ${good}`];
  for (const text of [...bad, `${EPOCH}-`, `${EPOCH}-00000000-1`, 'null', '{}']) {
    expect(parseCursor(text), text).toBeNull();
  }
});
