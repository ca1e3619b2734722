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
import { nextFence } from '../fence.ts';
import type { Ban } from '../rooms/room.ts';
import { wasClosed } from './closing.ts';
import { type Course, deciding, type RoomDecide } from './course.ts';
import type { FirstOffer } from './entry.ts';
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

/** A request to join a room or to come back to it. */
export interface Entrance extends Origin {
  readonly roomId: string;
  readonly rules: RoomRules;
  /** The bans that the store has. */
  readonly banned: readonly Ban[];
  /** The id of an admitted knock of the same user; it works once. */
  readonly pass: string | null;
  readonly user: User;
  /** The role that its session grants: HOST moderates as the owner does, MEMBER never does. Null: no particular role. */
  readonly granted: ParticipantRole | null;
  /** The stay ends when this session ends. */
  readonly sessionId: string;
  /** Identifies the client on all its sockets. Null: the stay cannot be resumed and ends with its socket. */
  readonly clientKey: string | null;
  /** The last cursor that the client has. Null: the log resumes after what it knows to be received. */
  readonly after: string | null;
  /** Whether to end a stay of the same user that has another `clientKey`. */
  readonly takeOver: boolean;
  /** The media it sends. Null, or the same value as when it entered last, keeps the media of a resumed stay. */
  readonly media: MediaState | null;
  /**
   * Sent, if a new stay begins, to the connected participant who joined first. Null: none. A stay that is resumed has
   * sent its own already.
   */
  readonly offer: FirstOffer | null;
}

/** What somebody who entered sees first. */
export interface Inside {
  readonly self: Participant;
  /** Everybody else, by join order. */
  readonly others: readonly Participant[];
  /** The stay to which the offer of its join went; null for nobody. */
  readonly offeredTo: string | null;
}

/**
 * Joins, resumes or takes over.
 *
 * The checks, in this order:
 * 1. A room that was closed a moment ago does not exist.
 * 2. A banned user is refused.
 * 3. A user with a stay of the same `clientKey` resumes it.
 * 4. A user with another stay takes it over if `takeOver` is set, and is refused otherwise.
 * 5. Guests are refused if the room allows none. A locked room refuses everybody but its owner and those whose session
 *    grants HOST. A room with `access: KNOCK` asks all others without a `pass` to knock.
 * 6. A full room refuses.
 *
 * @param stayId the id of the stay, if a new one begins
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
  /** Whether somebody was in the room before, perhaps only the stay that is replaced. */
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
  const others = participantsOf(course.state);
  const offeredTo = addresseeOf(entrance.offer, others);
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
    ...(offeredTo !== null && { offeredTo }),
  };
  course.tell({ type: 'ParticipantJoined', participant });
  if (!started) course.note({ type: 'room.started' });
  course.note({ type: 'participant.joined', participant });
  course.change({ type: 'stay began', stay });
  course.step({ type: 'begin', follower: followerOf(stay) });
  if (entrance.offer !== null && offeredTo !== null) {
    course.signal(offeredTo, stayId, { type: 'OfferReceived', sdp: entrance.offer.sdp });
  }
  if (role === 'HOST') tellOfKnocks(course, stay);
  return { self: participant, others, offeredTo };
}

/** Of those to whom a newcomer sends an offer, the first who gets it at once. */
function addresseeOf(offer: FirstOffer | null, others: readonly Participant[]): string | null {
  const first = others.find(
    ({ id, connection }) => connection === 'CONNECTED' && offer?.fits(id) === true,
  );
  return first?.id ?? null;
}

function resume(course: Course, before: Stay, entrance: Entrance): Inside {
  const { participant, lostAt } = before;
  const { toldLost = false, ...rest } = before;
  const held: Stay = {
    ...rest,
    // From now on the end of this session ends the stay, not that of the session before.
    sessionId: entrance.sessionId,
    granted: entrance.granted,
    address: entrance.address,
    device: entrance.device,
    node: course.context.node,
    fence: nextFence(before.fence, course.context.now),
    lostAt: null,
    announcedMedia: entrance.media ?? before.announcedMedia,
  };
  const media = announced(before, entrance.media);
  const change = {
    ...(participant.connection === 'RECONNECTING' && { connection: 'CONNECTED' as const }),
    ...(media !== null && { media }),
  };
  const changes = Object.keys(change).length > 0;
  // The last that it hears of itself must be that it is back.
  const stay = changes ? course.update(held, change, toldLost ? undefined : 'not to itself') : held;
  course.hold(stay, lostAt);
  if (participant.role === 'HOST') tellOfKnocks(course, stay);
  const { offeredTo = null } = before;
  return { self: stay.participant, others: others(course.state, participant.id), offeredTo };
}

/**
 * The media that a resuming client changes; null when it changes nothing. A stock client repeats at each resume what it
 * said at its join. So a repeat changes nothing; otherwise it would undo later changes.
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
