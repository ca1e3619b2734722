import {
  AlreadyInRoomError,
  KnockRequiredError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
} from '../domain/errors.ts';
import { newId } from '../domain/identifier.ts';
import { isFor as isVisible } from '../domain/log.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { LogEntry } from '../domain/room/entry.ts';
import type { MediaState, Participant, ParticipantRole } from '../domain/room/participant.ts';
import type { RoomEvent } from '../domain/signaling/event.ts';
import type { Entered, Entrance, RoomLogOptions, RoomRules } from '../domain/signaling/ports.ts';
import type { Door } from './door.ts';
import { type MemoryRoom, sameMedia } from './memory-room.ts';
import { Stay } from './stay.ts';

const NO_MEDIA: MediaState = { audio: false, video: false, screen: false };

/** As `RoomLog.enter`, of one room. Who is refused leaves everything as it was. */
export function enterRoom(
  room: MemoryRoom,
  entrance: Entrance,
  mailbox: Mailbox<RoomEvent>,
  options: RoomLogOptions,
): Entered {
  const { door } = room;
  const rules = door.learn(entrance.rules);
  if (door.isBanned(entrance)) throw new RemovedFromRoomError();
  const present = room.stayOf(entrance.user.id);
  if (present === null) checkAccess(door, entrance, rules);
  else if (present.clientKey !== null && present.clientKey === entrance.clientKey) {
    return resume(room, present, entrance, mailbox, options);
  } else if (!entrance.takeOver) throw new AlreadyInRoomError();
  const others = room.size - (present === null ? 0 : 1);
  if (others >= rules.capacity) throw new RoomFullError(rules.capacity);
  const inherited = present?.participant.role ?? 'MEMBER';
  if (present !== null) room.end(present, 'REPLACED', 'by a successor');
  return join(room, entrance, mailbox, roleOf(room, entrance, rules, inherited));
}

/** @throws RoomLockedError, KnockRequiredError */
function checkAccess(door: Door, entrance: Entrance, { ownerId, access }: RoomRules): void {
  if (entrance.user.id === ownerId) return;
  if (access === 'LOCKED') throw new RoomLockedError();
  if (access === 'KNOCK' && !door.takePass(entrance)) throw new KnockRequiredError();
}

function roleOf(
  room: MemoryRoom,
  { user }: Entrance,
  { ownerId }: RoomRules,
  inherited: ParticipantRole,
): ParticipantRole {
  return user.id === ownerId || room.isEmpty ? 'HOST' : inherited;
}

function join(
  room: MemoryRoom,
  entrance: Entrance,
  mailbox: Mailbox<RoomEvent>,
  role: ParticipantRole,
): Entered {
  if (role === 'HOST') room.dismissHost();
  const participant: Participant = {
    id: newId(),
    user: entrance.user,
    role,
    joinOrder: room.countJoin(),
    media: entrance.media ?? NO_MEDIA,
    handRaised: false,
    handRaisedAt: null,
    connection: 'CONNECTED',
    joinedAt: room.journal.now(),
  };
  const stay = room.add(participant, (position) => new Stay(participant, entrance, position));
  const entered = hold(room, stay, entrance, mailbox, room.journal.position, null);
  if (role === 'HOST') room.tellOfKnocks(stay);
  return entered;
}

function resume(
  room: MemoryRoom,
  stay: Stay,
  entrance: Entrance,
  mailbox: Mailbox<RoomEvent>,
  options: RoomLogOptions,
): Entered {
  const { journal } = room;
  stay.lease?.cancel();
  stay.lease = null;
  stay.dropMailbox()?.end();
  // The session it comes with now: signing that one out must end the stay, and no other.
  stay.sessionId = entrance.sessionId;
  const from = resumePoint(room, stay, entrance.after);
  const media = announced(stay, entrance.media);
  const change = {
    ...(stay.participant.connection === 'RECONNECTING' && { connection: 'CONNECTED' as const }),
    ...(media !== null && { media }),
  };
  if (Object.keys(change).length > 0) room.update(stay, change, 'not to itself');
  const since = (stay.lostAt ?? journal.now()) - options.replayMs;
  stay.lostAt = null;
  const missed = from === null ? null : missedBy(room, stay, from, since);
  const entered = hold(room, stay, entrance, mailbox, from ?? journal.position, missed);
  if (stay.participant.role === 'HOST') room.tellOfKnocks(stay);
  return entered;
}

/**
 * What a resuming client changes of its media; null for nothing. A stock client says at every resume what it said
 * at its join: only what is said anew counts, so that this does not undo what was set meanwhile.
 */
function announced(stay: Stay, media: MediaState | null): MediaState | null {
  if (media === null) return null;
  const before = stay.announcedMedia;
  stay.announcedMedia = media;
  if (before !== null && sameMedia(media, before)) return null;
  return sameMedia(media, stay.participant.media) ? null : media;
}

/** Null where the tail does not reach back to `from`, and something that the stay may see is lost with that. */
function missedBy(room: MemoryRoom, stay: Stay, from: number, since: number): LogEntry[] | null {
  return from >= stay.visibleThrough ? [] : room.journal.after(from, since);
}

/** The position up to which a resuming client has everything; null when that cannot be told. */
function resumePoint({ journal }: MemoryRoom, stay: Stay, after: string | null): number | null {
  if (after === null) return stay.receivedThrough;
  const position = journal.positionOf(after);
  if (position === null) return null;
  return position >= stay.joinedAtPosition && position <= journal.position ? position : null;
}

function hold(
  room: MemoryRoom,
  stay: Stay,
  entrance: Entrance,
  mailbox: Mailbox<RoomEvent>,
  from: number,
  missed: LogEntry[] | null,
): Entered {
  const { journal } = room;
  stay.mailbox = mailbox;
  stay.fence += 1;
  const { id } = stay.participant;
  const position = missed === null ? journal.position : from;
  mailbox.receivedThrough = Math.max(stay.receivedThrough, missed === null ? 0 : from);
  return {
    hold: { roomId: entrance.roomId, stayId: id, fence: stay.fence },
    self: stay.participant,
    others: room.participants().filter((participant) => participant.id !== id),
    cursor: journal.cursorAt(position),
    position,
    at: journal.now(),
    recovered: missed !== null,
    missed: missed?.filter((entry) => isVisible(entry, id)) ?? [],
    history: missed === null ? room.chat.messages : [],
  };
}
