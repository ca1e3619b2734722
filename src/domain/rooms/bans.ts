import { createHash } from 'node:crypto';
import type { Ban } from './room.ts';

const MARK_LENGTH = 22;
const MARKS = { address: ' address ', device: ' device ' } as const;

/**
 * A hash that stands for an address or a device in one room. Equal ones have equal marks. A mark reveals neither the
 * address or device, nor that the same one was used in another room.
 */
export function markOf(roomId: string, what: string): string {
  const digest = createHash('sha256').update(`${roomId} ${what}`).digest('base64url');
  // A copy, since a slice would keep the whole text: a mark is kept for each participant.
  return Buffer.from(digest).toString('latin1', 0, MARK_LENGTH);
}

/**
 * A ban as strings of a list: first the user's id, which is all that older servers read, then the marks of the address
 * and the device.
 */
export function writeBan({ userId, address, device }: Ban): string[] {
  return [
    userId,
    ...(address === null ? [] : [userId + MARKS.address + address]),
    ...(device === null ? [] : [userId + MARKS.device + device]),
  ];
}

/** Reads the bans from a list of such strings. */
export function readBans(texts: readonly string[]): Ban[] {
  const has = (kind: keyof typeof MARKS, userId: string) => {
    const start = userId + MARKS[kind];
    return texts.find((text) => text.startsWith(start))?.slice(start.length) ?? null;
  };
  return texts
    .filter((text) => !text.includes(' '))
    .map((userId) =>
      texts.length === 1
        ? { userId, address: null, device: null }
        : { userId, address: has('address', userId), device: has('device', userId) },
    );
}
