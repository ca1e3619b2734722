import { NotInRoomError, PeerNotInRoomError } from '../errors.ts';
import type { Aggregate } from '../log.ts';
import { nodeLost } from './absence.ts';
import type { RoomKind } from './course.ts';
import { dueAt, letGo, wake } from './leases.ts';
import { withdraw } from './lobby.ts';
import { kept, place, weigh } from './place.ts';
import type { RoomOptions } from './rules.ts';
import { followerOf, waiterOf } from './state.ts';
import { read, write } from './wire.ts';

/** The rules of a room in the form that a log needs. */
export function roomAggregate(options: RoomOptions): Aggregate<RoomKind> {
  return {
    name: 'room',
    followers: ({ stays }) => stays.map(followerOf),
    waiters: ({ waiting }) => waiting.map(waiterOf),
    dueAt: (state) => dueAt(state, options),
    wake: wake(options),
    nodeLost: (node) => nodeLost(node, options),
    letGo,
    withdraw: (knockId) => withdraw(knockId, options),
    place,
    weigh,
    kept,
    write,
    read,
    notFollowing: () => new NotInRoomError(),
    noAddressee: () => new PeerNotInRoomError(),
  };
}
