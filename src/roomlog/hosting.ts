import { KnockNotFoundError, NotHostError } from '../domain/errors.ts';
import type { Participant } from '../domain/room/participant.ts';
import type { Entrance, Knock, KnockAnswer, Waiter } from '../domain/signaling/ports.ts';
import type { Door, Waiting } from './door.ts';
import type { MemoryRoom } from './memory-room.ts';
import { another } from './speaking.ts';
import type { Stay } from './stay.ts';

/** As `RoomLog.remove`, of one room. */
export function removeFrom(
  room: MemoryRoom,
  byUserId: string | null,
  participantId: string,
  ban: boolean,
): Participant {
  const by = byUserId === null ? null : requireHost(room, byUserId);
  const stay = another(room, by, participantId);
  if (ban) room.door.ban(stay.participant.user.id);
  room.end(stay, 'REMOVED');
  return stay.participant;
}

/** As `RoomLog.requestMute`, of one room. */
export function requestMute(room: MemoryRoom, byUserId: string, participantId: string): void {
  const host = requireHost(room, byUserId);
  const by = host.participant.id;
  room.notify(another(room, host, participantId), by, { type: 'MuteRequested', by });
}

/** As `RoomLog.answerKnock`, of one room. */
export function answerKnock(
  room: MemoryRoom,
  byUserId: string,
  knockId: string,
  admitted: boolean,
): void {
  requireHost(room, byUserId);
  const waiting = room.door.find(knockId);
  if (waiting === null) throw new KnockNotFoundError();
  endKnock(room.door, room, waiting, admitted ? 'admitted' : 'denied');
}

/** As `RoomLog.knock`; `room` is null while nobody is in it. */
export function knockAt(
  door: Door,
  room: MemoryRoom | null,
  entrance: Entrance,
  waiter: Waiter,
): Knock {
  const before = door.ofUser(entrance.user.id);
  if (before !== null) endKnock(door, room, before, 'replaced');
  const waiting = door.admitKnock(entrance, waiter);
  const { knock } = waiting;
  const answer = door.answerByRules(entrance);
  if (answer !== null) door.end(waiting, answer);
  else if (room !== null && room.host !== null) {
    const { user } = entrance;
    room.notify(room.host, null, { type: 'KnockReceived', knockId: knock.knockId, user });
  }
  return knock;
}

/** Answers everybody who waits as changed rules say. */
export function answerByRules(door: Door, room: MemoryRoom | null): void {
  for (const waiting of door.waiting()) {
    const answer = door.answerByRules(waiting.entrance);
    if (answer !== null) endKnock(door, room, waiting, answer);
  }
}

/** Ends a knock and tells the host; a null answer is for one who waits no more. */
export function endKnock(
  door: Door,
  room: MemoryRoom | null,
  waiting: Waiting,
  answer: KnockAnswer | null,
): void {
  // The host hears first: the one who waits may enter at once.
  const { knockId } = waiting.knock;
  if (room !== null && room.host !== null) {
    room.notify(room.host, null, { type: 'KnockEnded', knockId });
  }
  door.end(waiting, answer);
}

/** @throws NotInRoomError, NotHostError */
function requireHost(room: MemoryRoom, userId: string): Stay {
  const stay = room.require(userId);
  if (stay !== room.host) throw new NotHostError();
  return stay;
}
