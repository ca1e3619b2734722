import { setImmediate as turn } from 'node:timers/promises';
import type { User } from '../../src/domain/accounts/account.ts';
import { callAggregate } from '../../src/domain/call/aggregate.ts';
import type { Call, CallRoom } from '../../src/domain/call/call.ts';
import type { CallKind } from '../../src/domain/call/course.ts';
import { LiveCalls } from '../../src/domain/call/live-calls.ts';
import { PresenceTelling } from '../../src/domain/calling/presence-telling.ts';
import { Pursuit } from '../../src/domain/calling/pursuit.ts';
import { type SeenRooms, Switchboard } from '../../src/domain/calling/switchboard.ts';
import type { Log } from '../../src/domain/log.ts';
import { personAggregate } from '../../src/domain/person/aggregate.ts';
import type { PersonKind } from '../../src/domain/person/course.ts';
import { LivePersons } from '../../src/domain/person/live-persons.ts';
import type { Acquaintances, Presence } from '../../src/domain/person/ports.ts';
import type { Participant } from '../../src/domain/room/participant.ts';
import type { CallActivity } from '../../src/domain/webhooks/activity.ts';
import { MemoryLog } from '../../src/log/memory/log.ts';
import { LogTime } from '../../src/log/memory/log-time.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { Faults } from './faults.ts';

export const RING_MS = 30_000;
export const GRACE_MS = 10_000;
export const BOUNDS = {
  replayEvents: 64,
  replayBytes: 1_000_000,
  replayMs: 30_000,
  graceMs: GRACE_MS,
  historyMessages: 1,
};
export const PERSON_OPTIONS = { graceMs: GRACE_MS, devices: 4 };
const CALL_OPTIONS = { ringMs: RING_MS, graceMs: GRACE_MS };

export const userOf = (id: string): User => ({ id, name: id.toUpperCase(), isGuest: false });

/** Where people are, as far as calls go: a stand-in for the live rooms, which have tests of their own. */
export class FakeRooms implements SeenRooms {
  readonly #inside = new Map<string, Set<string>>();
  readonly #observers: Parameters<SeenRooms['observe']>[0][] = [];

  enter(roomId: string, userId: string): void {
    this.#inside.set(roomId, (this.#inside.get(roomId) ?? new Set()).add(userId));
  }

  /** @param told whether anybody notices: the node that would may have died */
  leave(roomId: string, userId: string, told = true): void {
    if (this.#inside.get(roomId)?.delete(userId) !== true || !told) return;
    const participant = { user: userOf(userId) } as Participant;
    const place = { roomId, cursor: '', at: 0 };
    const [observer] = this.#observers;
    observer?.({ ...place, type: 'participant.left', participant, reason: 'LEFT' });
  }

  isIn(roomId: string, userId: string): boolean {
    return this.#inside.get(roomId)?.has(userId) === true;
  }

  close(roomId: string): void {
    this.#inside.delete(roomId);
  }

  participants(roomId: string): readonly Participant[] {
    const inside = [...(this.#inside.get(roomId) ?? [])];
    return inside.map((id) => ({ user: userOf(id) }) as Participant);
  }

  observe(listener: Parameters<SeenRooms['observe']>[0]): void {
    this.#observers.push(listener);
  }
}

/** What the nodes of a house share, and what was kept of its calls. */
export class Surroundings {
  readonly rooms = new FakeRooms();
  readonly history = new Map<string, Call[]>();
  readonly activities: CallActivity[] = [];
  readonly failures: unknown[] = [];
  readonly pushed = new Set<string>();
  /** By user: until when the store does not say whether they are among those. */
  readonly slow = new Map<string, Promise<void>>();
  /** Those who let a second call knock. */
  readonly waiting = new Set<string>();
  readonly closedRooms = new Set<string>();
  /** Everybody sees the presence of everybody. */
  readonly people: readonly string[];

  constructor(people: readonly string[]) {
    this.people = people;
  }

  get acquaintances(): Acquaintances {
    const others = async (userId: string) => this.people.filter((id) => id !== userId);
    return {
      ringable: async (_callerId, userIds) => userIds.map(userOf),
      contactsOf: async (userId) =>
        (await others(userId)).map((id) => ({
          ...{ user: userOf(id), email: null, state: 'ACCEPTED', since: 0 },
        })),
      watchersOf: others,
      showingPresence: async (userIds) => new Set(userIds),
      allowsWaiting: async (userId) => this.waiting.has(userId),
    };
  }
}

/** One node: the logs and everything that lets one follow from another. */
export interface CallNode {
  readonly calls: LiveCalls;
  readonly persons: LivePersons;
  readonly pursuit: Pursuit;
  readonly switchboard: Switchboard;
  presenceOf(userId: string): Promise<Presence>;
  /** Rings as `Ringing` does; answers the call that goes on, or null if the caller is in another one. */
  ring(id: string, callerId: string, calleeIds: readonly string[]): Promise<Call | null>;
}

export function nodeOn(
  { calls: callLog, persons: personLog }: { calls: Log<CallKind>; persons: Log<PersonKind> },
  around: Surroundings,
): CallNode {
  const calls = new LiveCalls(callLog, CALL_OPTIONS);
  const persons = new LivePersons(personLog, PERSON_OPTIONS);
  const pushes = {
    has: async (userId: string) => {
      await around.slow.get(userId);
      return around.pushed.has(userId);
    },
    ring: () => {},
    end: () => {},
  };
  const pursuit = new Pursuit({
    calls,
    persons,
    pushes,
    acquaintances: around.acquaintances,
    history: {
      record: async (call) => {
        around.history.set(call.id, [...(around.history.get(call.id) ?? []), call]);
      },
    },
    rooms: {
      closeAfter: async ({ room }) => {
        around.closedRooms.add(room.id);
        around.rooms.close(room.id);
      },
    },
  });
  const presence = new PresenceTelling({ persons, acquaintances: around.acquaintances });
  const switchboard = new Switchboard({
    ...{ calls, persons, rooms: around.rooms, pursuit, presence, pushes },
    onActivity: (activity) => around.activities.push(activity),
    onFailure: (error) => around.failures.push(error),
  });
  return {
    ...{ calls, persons, pursuit, switchboard },
    presenceOf: async (userId) => persons.presenceOf(userId),
    async ring(id, callerId, calleeIds) {
      const made = { id, room: roomOf(id, callerId), ownRoom: true, media: 'VIDEO' as const };
      const people = { caller: userOf(callerId), callees: calleeIds.map(userOf) };
      await calls.begin({ ...made, ...people });
      await pursuit.pursue(id);
      const record = await calls.read(id);
      if (record === null) return null;
      const other = record.mergedInto === null ? null : await calls.read(record.mergedInto);
      return (other ?? record).call;
    },
  };
}

function roomOf(callId: string, ownerId: string): CallRoom {
  return {
    ...{ id: `room-${callId}`, owner: userOf(ownerId), name: null, capacity: 8, access: 'OPEN' },
    ...{ allowGuests: false, relayOnly: false, createdAt: 0, expiresAt: 0 },
  };
}

/** Nodes with what they share, a clock for all, and a way to wait until everything is done. */
export interface House {
  readonly nodes: readonly CallNode[];
  readonly around: Surroundings;
  readonly clock: ManualClock;
  /** Lets time pass, with all that is due meanwhile. */
  pass(ms: number): Promise<void>;
  /** Resolves when nothing is under way at this time. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** One node in memory. @param faults what goes wrong between the logs */
export function memoryHouse(people: readonly string[], faults = new Faults()): House {
  const clock = new ManualClock();
  const time = new LogTime(clock);
  const around = new Surroundings(people);
  const calls = new MemoryLog(callAggregate(), BOUNDS, clock, time);
  const persons = new MemoryLog(personAggregate(PERSON_OPTIONS), BOUNDS, clock, time);
  const node = nodeOn({ calls: faults.of(calls), persons: faults.of(persons) }, around);
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await turn();
      await node.switchboard.settled();
    }
  };
  return {
    ...{ nodes: [node], around, clock, settle },
    async pass(ms) {
      await clock.advance(ms);
      await settle();
    },
    async close() {
      await node.switchboard.close();
      calls.close();
      persons.close();
    },
  };
}
