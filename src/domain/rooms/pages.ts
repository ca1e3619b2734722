import { InvalidInputError } from '../errors.ts';

/** The largest page of rooms. */
export const ROOMS_PAGE_MAX = 100;
const PAGE_CURSOR = /^(\d{1,15})-([0-9a-f]{16})$/;

/** Names the place of a room or a call in a list of them; opaque to clients. */
export function pageCursor({ createdAt, id }: { createdAt: Date | number; id: string }): string {
  return Buffer.from(`${Number(createdAt)}-${id}`).toString('base64url');
}

/** @throws InvalidInputError */
export function checkFirst(first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= ROOMS_PAGE_MAX) return;
  throw new InvalidInputError([{ path: 'first', message: `must be from 1 to ${ROOMS_PAGE_MAX}` }]);
}

/** @throws InvalidInputError */
export function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [, time, id] = PAGE_CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (time === undefined || id === undefined) {
    throw new InvalidInputError([{ path: 'after', message: 'is not a cursor of this connection' }]);
  }
  return { createdAt: new Date(Number(time)), id };
}
