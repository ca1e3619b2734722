import { NotInRoomError, PeerNotInRoomError } from '../errors.ts';
import type { Aggregate } from '../log.ts';
import type { PersonDecide, PersonKind, PersonOptions } from './course.ts';
import { letGo, nodeLost } from './devices.ts';
import { place, weigh } from './entry.ts';
import { followerOf } from './state.ts';
import { dueAt, wake } from './waking.ts';

const nothing: PersonDecide<void> = (state) => ({ state, steps: [], reply: undefined });

/** The rules of a person in the form that a log needs. Devices follow; nobody waits and nobody sends. */
export function personAggregate(options: PersonOptions): Aggregate<PersonKind> {
  return {
    name: 'person',
    followers: ({ devices }) => devices.map(followerOf),
    waiters: () => [],
    dueAt: (state) => dueAt(state, options),
    wake: wake(options),
    nodeLost,
    letGo,
    withdraw: () => nothing,
    place: (body, cursor, position, at, _to, who) => place(body, cursor, position, at, who),
    weigh,
    kept: (entry) => entry,
    write: (body) => JSON.stringify(body),
    read: (text) => JSON.parse(text),
    notFollowing: () => new NotInRoomError(),
    noAddressee: () => new PeerNotInRoomError(),
  };
}
