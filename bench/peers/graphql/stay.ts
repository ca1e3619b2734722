import type { Participant, Rooms } from './rooms.ts';

/**
 * The events of one participant, starting with its snapshot. The source is asked for its first event before the
 * participant joins, because the publish-subscribe classes listen only from then on. The stay ends with the
 * subscription.
 */
export function stay<Event>(
  rooms: Rooms,
  roomId: string,
  newcomer: Participant,
  source: AsyncIterator<Event>,
): AsyncIterableIterator<Event> {
  let first: Promise<IteratorResult<Event>> | null = source.next();
  rooms.enter(roomId, newcomer);
  return {
    next() {
      const asked = first ?? source.next();
      first = null;
      return asked;
    },
    async return() {
      rooms.leave(roomId, newcomer);
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
