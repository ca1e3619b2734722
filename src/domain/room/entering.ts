import type { User } from '../accounts/account.ts';
import {
  AlreadyInRoomError,
  GuestsNotAllowedError,
  KnockRequiredError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
  RoomNotFoundError,
} from '../errors.ts';
import type { Ban } from '../rooms/room.ts';
import { wasClosed } from './closing.ts';
import { type Course, deciding, type RoomDecide } from './course.ts';
import { dismissHost, roleOf, tellOfKnocks } from './hosting.ts';
import { endStay } from './leases.ts';
import { sameMedia } from './media.ts';
import { isBanned } from './moderation.ts';
import type { MediaState, Participant, ParticipantRole } from './participant.ts';
import { learn, type RoomRules } from './rules.ts';
import {
  followerOf,
  hostOf,
  type Origin,
  participantsOf,
  type RoomState,
  type Stay,
  stayOf,
} from './state.ts';

const NO_MEDIA: MediaState = { audio: false, video: false, screen: false };

/** Somebody who wants into a room, or back. */
export interface Entrance extends Origin {
  readonly roomId: string;
  readonly rules: RoomRules;
  /** Who may not enter, by the store. */
  readonly banned: readonly Ban[];
  /** The id of a knock of the same user that was admitted; it works once. */
  readonly pass: string | null;
  readonly user: User;
  /** What its session grants: HOST moderates as the owner does, MEMBER never; null: as everybody else. */
  readonly granted: ParticipantRole | null;
  /** The session it comes with; when that ends, so does the stay. */
  readonly sessionId: string;
  /** Names the client across its sockets. Null: the stay cannot be resumed and ends with its socket. */
  readonly clientKey: string | null;
  /** The last cursor that the client has. Null: the log goes by what it knows to be received. */
  readonly after: string | null;
  /** Whether a stay of the same user with another `clientKey` makes way. */
  readonly takeOver: boolean;
  /** What it sends of itself; null, or the same as the last time it entered, keeps what a resumed stay has. */
  readonly media: MediaState | null;
}

/** What the one who entered sees first. */
export interface Inside {
  readonly self: Participant;
  /** Everybody else, by join order. */
  readonly others: readonly Participant[];
}

/**
 * Joins, resumes or takes over.
 *
 * Decided in this order: a room that was closed a moment ago is none; who is banned is refused; who has a stay with the
 * same `clientKey` goes on with it; who has another one takes it over, or is refused; then guests are refused where the
 * room lets none in, all but the owner and who is granted to host by a locked room, and all others without a `pass` are sent to knock by one that asks for
 * it; last, the room must not be full.
 *
 * @param stayId of the stay, where this begins one
 * @throws RoomNotFoundError, RemovedFromRoomError, AlreadyInRoomError, GuestsNotAllowedError, RoomLockedError,
 *   KnockRequiredError, RoomFullError
 */
export function enter(stayId: string, entrance: Entrance): RoomDecide<Inside> {
  return deciding((course) => {
    if (wasClosed(course.state, course.context.now)) throw new RoomNotFoundError();
    const rules = learn(course, entrance.rules);
    if (isBanned(course.state, entrance)) throw new RemovedFromRoomError();
    const present = stayOf(course.state, entrance.user.id);
    if (present === null) checkAccess(course, entrance, rules);
    else if (present.clientKey !== null && present.clientKey === entrance.clientKey) {
      return resume(course, present, entrance);
    } else if (!entrance.takeOver) throw new AlreadyInRoomError();
    const others = course.state.stays.length - (present === null ? 0 : 1);
    if (others >= rules.capacity) throw new RoomFullError(rules.capacity);
    const started = course.state.stays.length > 0;
    const inherited = present?.participant.role ?? 'MEMBER';
    if (present !== null) endStay(course, present, 'REPLACED', 'by a successor');
    const role = roleOf(course.state, entrance, rules.ownerId, inherited);
    return join(course, stayId, entrance, role, started);
  });
}

/** @throws GuestsNotAllowedError, RoomLockedError, KnockRequiredError */
function checkAccess(course: Course, { user, granted, pass }: Entrance, rules: RoomRules): void {
  if (user.id === rules.ownerId || granted === 'HOST') return;
  if (user.isGuest && !rules.allowGuests) throw new GuestsNotAllowedError();
  if (rules.access === 'LOCKED') throw new RoomLockedError();
  const { passes } = course.state;
  const mine = passes.find(({ knockId, userId }) => knockId === pass && userId === user.id);
  if (mine !== undefined) course.change({ type: 'pass used', knockId: mine.knockId });
  else if (rules.access === 'KNOCK') throw new KnockRequiredError();
}

function join(
  course: Course,
  stayId: string,
  entrance: Entrance,
  role: ParticipantRole,
  /** Whether the room goes on: somebody was in it, if only the one whose place this takes. */
  started: boolean,
): Inside {
  if (role === 'HOST' && hostOf(course.state) !== null) dismissHost(course);
  const { now, node } = course.context;
  const participant: Participant = {
    id: stayId,
    user: entrance.user,
    role,
    joinOrder: course.state.joins + 1,
    media: entrance.media ?? NO_MEDIA,
    handRaised: false,
    handRaisedAt: null,
    connection: 'CONNECTED',
    joinedAt: now,
  };
  const stay: Stay = {
    participant,
    sessionId: entrance.sessionId,
    granted: entrance.granted,
    clientKey: entrance.clientKey,
    address: entrance.address,
    device: entrance.device,
    node,
    fence: 1,
    lostAt: null,
    announcedMedia: entrance.media,
  };
  const others = participantsOf(course.state);
  course.tell({ type: 'ParticipantJoined', participant });
  if (!started) course.note({ type: 'room.started' });
  course.note({ type: 'participant.joined', participant });
  course.change({ type: 'stay began', stay });
  course.step({ type: 'begin', follower: followerOf(stay) });
  if (role === 'HOST') tellOfKnocks(course, stay);
  return { self: participant, others };
}

function resume(course: Course, before: Stay, entrance: Entrance): Inside {
  const { participant, lostAt } = before;
  const held: Stay = {
    ...before,
    // What it comes with now: signing that session out must end the stay, and no other.
    sessionId: entrance.sessionId,
    granted: entrance.granted,
    address: entrance.address,
    device: entrance.device,
    node: course.context.node,
    fence: before.fence + 1,
    lostAt: null,
    announcedMedia: entrance.media ?? before.announcedMedia,
  };
  const media = announced(before, entrance.media);
  const change = {
    ...(participant.connection === 'RECONNECTING' && { connection: 'CONNECTED' as const }),
    ...(media !== null && { media }),
  };
  const changes = Object.keys(change).length > 0;
  const stay = changes ? course.update(held, change, 'not to itself') : held;
  course.hold(stay, lostAt);
  if (participant.role === 'HOST') tellOfKnocks(course, stay);
  return { self: stay.participant, others: others(course.state, participant.id) };
}

/**
 * What a resuming client changes of its media; null for nothing. A stock client says at every resume what it said
 * at its join: only what is said anew counts, so that this does not undo what was set meanwhile.
 */
function announced(stay: Stay, media: MediaState | null): MediaState | null {
  if (media === null) return null;
  const before = stay.announcedMedia;
  if (before !== null && sameMedia(media, before)) return null;
  return sameMedia(media, stay.participant.media) ? null : media;
}

function others(state: RoomState, id: string): Participant[] {
  return participantsOf(state).filter((participant) => participant.id !== id);
}
