import { NotInRoomError, PeerNotInRoomError } from '../errors.ts';
import type { Aggregate, Decide } from '../log.ts';
import type { CallKind } from './course.ts';
import { dueAt, wake } from './lasting.ts';

const nothing: Decide<CallKind, void> = (state) => ({ state, steps: [], reply: undefined });

/** The rules of a call in the form that a log needs. Nobody follows it, so it has no entries. */
export function callAggregate(): Aggregate<CallKind> {
  return {
    name: 'call',
    followers: () => [],
    waiters: () => [],
    dueAt,
    wake: wake(),
    nodeLost: () => nothing,
    letGo: () => nothing,
    withdraw: () => nothing,
    place: (_body, cursor, position, at) => ({ cursor, position, at, to: null, except: null }),
    weigh: () => 0,
    kept: (entry) => entry,
    write: (body) => body.type,
    read: () => ({ type: 'none' }),
    notFollowing: () => new NotInRoomError(),
    noAddressee: () => new PeerNotInRoomError(),
  };
}
