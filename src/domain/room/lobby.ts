import { KnockNotFoundError, RateLimitedError, RoomNotFoundError } from '../errors.ts';
import { wasClosed } from './closing.ts';
import { type Course, deciding, type KnockAnswer, type RoomDecide } from './course.ts';
import type { Entrance } from './entering.ts';
import { requireHost } from './hosting.ts';
import { checkDenied, countDenial, countKnock, deniedAs } from './knocking.ts';
import { ban, isBanned } from './moderation.ts';
import { learn, type RoomOptions, type RoomRules } from './rules.ts';
import { hostOf, type RoomState, type Waiting, waiterOf } from './state.ts';

/** How long to wait when too many knock already, in milliseconds. */
const LOBBY_FULL_RETRY_MS = 5000;

/**
 * Knocks at a room, which may be empty; the host is told. A user's second knock replaces the first. If the rules
 * already decide, the knock is answered at once. Answers whether there is a host to be told.
 *
 * @throws RoomNotFoundError if it was closed a moment ago
 * @throws RateLimitedError if too many wait already, or this user or address has knocked too often
 */
export function knock(
  knockId: string,
  entrance: Entrance,
  options: RoomOptions,
): RoomDecide<boolean> {
  return deciding((course) => {
    const { now, node } = course.context;
    if (wasClosed(course.state, now)) throw new RoomNotFoundError();
    const rules = learn(course, entrance.rules);
    const { user, sessionId, address, device } = entrance;
    const waiting: Waiting = { knockId, user, sessionId, node, address, device };
    const before = course.state.waiting.find((one) => one.user.id === user.id);
    const how = isBanned(course.state, entrance) ? 'denied' : answerByRules(rules, waiting);
    if (how === null) {
      checkPlaces(course.state, waiting, options);
      count(course, waiting, options);
    }
    if (before !== undefined) endKnock(course, before, 'replaced', options);
    course.change({ type: 'knock made', waiting });
    course.step({ type: 'await', waiter: waiterOf(waiting) });
    if (how !== null) answer(course, waiting, how, options);
    else course.notifyHost({ type: 'KnockReceived', knockId, user });
    return hostOf(course.state) !== null;
  });
}

/** A knock that the host answered. */
export interface AnsweredKnock {
  readonly waiting: Waiting;
  /** Whether the user is banned for as long as the room exists. */
  readonly lasting: boolean;
}

/**
 * Admits or denies a knock. After a denial the user has to wait before the next knock; `forGood` also bans the user.
 *
 * @throws NotInRoomError, NotHostError, KnockNotFoundError, InvalidInputError
 */
export function answerKnock(
  byUserId: string,
  knockId: string,
  how: 'admitted' | 'denied',
  forGood: boolean,
  options: RoomOptions,
): RoomDecide<AnsweredKnock> {
  return deciding((course) => {
    requireHost(course.state, byUserId);
    const waiting = course.state.waiting.find((one) => one.knockId === knockId);
    if (waiting === undefined) throw new KnockNotFoundError();
    const lasting = forGood && ban(course, byUserId, waiting.user, waiting, options);
    if (how === 'denied') {
      const { now } = course.context;
      const knocking = deniedAs(waiting).reduce(
        (counts, who) => countDenial(counts, who, options.deniedMs, now),
        course.state.knocking,
      );
      course.change({ type: 'knocking counted', knocking });
    }
    endKnock(course, waiting, how, options);
    return { waiting, lasting };
  });
}

/** Withdraws a knock. Nothing happens if it has ended already. */
export function withdraw(knockId: string, options: RoomOptions): RoomDecide<void> {
  return deciding((course) => {
    const waiting = course.state.waiting.find((one) => one.knockId === knockId);
    if (waiting !== undefined) endKnock(course, waiting, null, options);
  });
}

/** Answers every knock that the current rules decide. */
export function answerAllByRules(course: Course, rules: RoomRules, options: RoomOptions): void {
  for (const waiting of course.state.waiting) {
    const how = answerByRules(rules, waiting);
    if (how !== null) endKnock(course, waiting, how, options);
  }
}

/** Ends a knock. The host is told first, because an admitted user may enter at once. Null: the knock gets no answer. */
export function endKnock(
  course: Course,
  waiting: Waiting,
  how: KnockAnswer | null,
  options: RoomOptions,
): void {
  course.notifyHost({ type: 'KnockEnded', knockId: waiting.knockId });
  answer(course, waiting, how, options);
}

function answer(
  course: Course,
  waiting: Waiting,
  how: KnockAnswer | null,
  { lobbyKnocks }: RoomOptions,
): void {
  const { knockId, user } = waiting;
  course.change({ type: 'knock ended', knockId });
  if (how === 'admitted') {
    // A pass that is never used must not be kept for ever.
    course.change({
      type: 'pass given',
      pass: { knockId, userId: user.id },
      atMost: lobbyKnocks,
    });
  }
  course.step({ type: 'answer', waiter: waiterOf(waiting), answer: how });
}

/** The answer that the rules give to a knock; null if the host decides. */
function answerByRules(rules: RoomRules, { user }: Waiting): 'admitted' | 'denied' | null {
  if (rules.access === 'LOCKED' || (user.isGuest && !rules.allowGuests)) return 'denied';
  return rules.access === 'OPEN' ? 'admitted' : null;
}

/** @throws RateLimitedError */
function checkPlaces({ waiting }: RoomState, comer: Waiting, options: RoomOptions): void {
  const others = waiting.filter(({ user }) => user.id !== comer.user.id);
  const message = 'Too many people wait at this room already.';
  if (others.length >= options.lobbyKnocks) {
    throw new RateLimitedError(LOBBY_FULL_RETRY_MS, message);
  }
  const neighbours = others.filter(({ address }) => address === comer.address);
  if (comer.address !== null && neighbours.length >= options.knocksPerAddress) {
    throw new RateLimitedError(LOBBY_FULL_RETRY_MS, message);
  }
}

/** @throws RateLimitedError */
function count(course: Course, waiting: Waiting, options: RoomOptions): void {
  const { user, address } = waiting;
  const { now } = course.context;
  const { knocking } = course.state;
  for (const who of deniedAs(waiting)) checkDenied(knocking, who, now);
  let counted = countKnock(knocking, user.id, options.knocksPerUser, now);
  if (address !== null) {
    counted = countKnock(counted, `@${address}`, options.knocksPerAddress, now);
  }
  course.change({ type: 'knocking counted', knocking: counted });
}
