import { createHash } from 'node:crypto';
import type { Ban } from './room.ts';

const MARKS = { address: ' address ', device: ' device ' } as const;

/**
 * Stands for an address or a device in one room: equal ones have equal marks, and a mark tells neither where somebody
 * came from nor that it was the same in another room.
 */
export function markOf(roomId: string, what: string): string {
  return createHash('sha256').update(`${roomId} ${what}`).digest('base64url').slice(0, 22);
}

/** A ban as texts of a list: the user's id, which is all that older servers know of it, and after it what else is kept out. */
export function writeBan({ userId, address, device }: Ban): string[] {
  return [
    userId,
    ...(address === null ? [] : [userId + MARKS.address + address]),
    ...(device === null ? [] : [userId + MARKS.device + device]),
  ];
}

/** The bans of a list of such texts. */
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
