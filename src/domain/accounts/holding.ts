import type { Hold } from '../log.ts';
import type { Caller } from './sessions.ts';

/** The hold that a caller acts by in a room; null if it acts as the participant that it is now, whoever holds it. */
export function holdOf({ holds }: Caller, roomId: string): Hold | null {
  return holds?.find(({ key }) => key === roomId) ?? null;
}

/** The same caller, but acting by this hold in a room; with null, as the participant that it is now. */
export function withHold(caller: Caller, roomId: string, hold: Hold | null): Caller {
  const others = (caller.holds ?? []).filter(({ key }) => key !== roomId);
  // An array that is made by a spread has room for 16 more; this one is exactly as long as it needs to be.
  const holds = hold === null ? others : others.concat(hold);
  const { accountId, name, sessionId, expiresAt, guestOf, grant, address, device } = caller;
  // Not a spread: V8 would give each such object a description of its own, which is larger than the object.
  return { accountId, name, sessionId, expiresAt, guestOf, grant, address, device, holds };
}
