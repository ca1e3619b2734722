import type { User } from '../domain/accounts/account.ts';
import { PeerNotInRoomError } from '../domain/errors.ts';
import type { LogEntry, Signal } from '../domain/room/entry.ts';
import type { MemoryRoom } from './memory-room.ts';
import { placeSignal } from './place.ts';
import type { Stay } from './stay.ts';

/** As `RoomLog.send`, of one room. */
export function sendSignal(
  room: MemoryRoom,
  userId: string,
  to: string,
  signal: Signal,
  signalId: string | null,
): string {
  const { journal } = room;
  const sender = room.require(userId);
  const before = signalId === null ? null : sender.signalSentBefore(signalId);
  if (before !== null) return journal.cursorAt(before);
  const addressee = another(room, sender, to);
  const position = journal.position + 1;
  const cursor = journal.cursorAt(position);
  const from = sender.participant.id;
  const entry = placeSignal(signal, cursor, position, journal.now(), from, to);
  journal.append(entry);
  addressee.visibleThrough = position;
  addressee.mailbox?.push(entry);
  if (signalId !== null) sender.rememberSignal(signalId, position);
  return cursor;
}

/** As `RoomLog.sendMessage`, of one room. */
export function sendMessage(
  room: MemoryRoom,
  userId: string,
  to: string | null,
  text: string,
  messageId: string | null,
): string {
  const sender = room.require(userId);
  const before = messageId === null ? null : sender.messageSentBefore(messageId);
  if (before !== null) return room.journal.cursorAt(before);
  const { id: from, user } = sender.participant;
  const { cursor, position, at } = say(room, sender, to, { user, text });
  if (to === null) room.chat.add({ cursor, position, at, from, user, text });
  if (messageId !== null) sender.rememberMessage(messageId, position);
  return cursor;
}

/** Somebody other than `one`, if that is anybody. @throws PeerNotInRoomError */
export function another(room: MemoryRoom, one: Stay | null, participantId: string): Stay {
  const stay = room.stay(participantId);
  if (stay === null || stay === one) throw new PeerNotInRoomError();
  return stay;
}

function say(
  room: MemoryRoom,
  sender: Stay,
  to: string | null,
  said: { user: User; text: string },
): LogEntry {
  const type = 'MessageReceived';
  const from = sender.participant.id;
  if (to === null) return room.tell({ ...said, type, from, private: false }, from);
  return room.notify(another(room, sender, to), from, { ...said, type, private: true });
}
