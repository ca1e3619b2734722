import {
  AlreadyInRoomError,
  KnockNotFoundError,
  KnockRequiredError,
  NotHostError,
  NotInRoomError,
  PeerNotInRoomError,
  RateLimitedError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
  RoomNotFoundError,
  UnavailableError,
} from '../../domain/errors.ts';

/** When to try again where too many wait, in milliseconds. */
const LOBBY_FULL_RETRY_MS = 5000;

/** What scripts answer instead of a result, and what it means. */
const REFUSALS: Readonly<Record<string, () => Error>> = {
  late: () => new UnavailableError('The room log answers too slowly; try again in a moment.'),
  closed: () => new RoomNotFoundError(),
  banned: () => new RemovedFromRoomError(),
  elsewhere: () => new AlreadyInRoomError(),
  locked: () => new RoomLockedError(),
  knock: () => new KnockRequiredError(),
  'not in': () => new NotInRoomError(),
  'no peer': () => new PeerNotInRoomError(),
  'not host': () => new NotHostError(),
  'no knock': () => new KnockNotFoundError(),
  'too many': () =>
    new RateLimitedError(LOBBY_FULL_RETRY_MS, 'Too many wait before this room already.'),
};

/** @throws the error that the answer stands for, if it does */
export function checkRefusal(answer: string): string {
  if (answer.startsWith('full ') || Object.hasOwn(REFUSALS, answer)) throw refusalOf(answer);
  return answer;
}

/** The error that an answer stands for which is none of success. */
export function refusalOf(answer: string): Error {
  if (answer.startsWith('full ')) return new RoomFullError(Number(answer.slice('full '.length)));
  return REFUSALS[answer]?.() ?? new Error(`Redis answered ${answer}.`);
}
