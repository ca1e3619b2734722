import { randomBytes } from 'node:crypto';
import type { Call, CallLeg } from '../../src/domain/call/call.ts';
import { settingsOf } from '../../src/domain/rooms/room.ts';

/** A call of one user to another, which rings for 30 seconds from `now`. */
export function ringingCall(
  [callerId, calleeId]: readonly [string, string],
  now: number,
  fields: Partial<Call> = {},
): Call {
  const user = (id: string, name: string) => ({ id, name, isGuest: false });
  const caller = user(callerId, 'Ann');
  const leg: CallLeg = { user: user(calleeId, 'Bob'), state: 'RINGING', at: now };
  const room = { ...settingsOf({ capacity: 2 }), id: newId(), owner: caller };
  return {
    id: newId(),
    revision: 1,
    room: { ...room, createdAt: now, expiresAt: now + 86_400_000 },
    caller,
    media: 'VIDEO',
    state: 'RINGING',
    createdAt: now,
    expiresAt: now + 30_000,
    answeredAt: null,
    endedAt: null,
    reason: null,
    legs: [leg],
    ...fields,
  };
}

/** The same call after nobody has answered it. */
export function missed(call: Call): Call {
  const at = call.expiresAt;
  const legs = call.legs.map((leg) => ({ ...leg, state: 'MISSED' as const, at }));
  return { ...call, revision: 2, state: 'ENDED', endedAt: at, reason: 'MISSED', legs };
}

function newId(): string {
  return randomBytes(8).toString('hex');
}
