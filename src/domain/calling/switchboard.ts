import type { Call } from '../call/call.ts';
import type { CallFact } from '../call/course.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import { UnavailableError } from '../errors.ts';
import type { PersonFact } from '../person/course.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Pushes } from '../person/ports.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { CallActivity } from '../webhooks/activity.ts';
import type { PresenceTelling } from './presence-telling.ts';
import type { Pursuit } from './pursuit.ts';

/** What is seen of the live rooms. */
export type SeenRooms = Pick<LiveRooms, 'participants' | 'observe'>;

/**
 * Lets one log follow from another: what is decided about calls, people and rooms at this node is passed on here. Facts
 * are told at most once, so everything that must happen is also due in a log, which has it done if this node dies.
 */
export class Switchboard {
  readonly #calls: LiveCalls;
  readonly #persons: LivePersons;
  readonly #rooms: SeenRooms;
  readonly #pursuit: Pursuit;
  readonly #presence: PresenceTelling;
  readonly #pushes: Pushes;
  readonly #onActivity: ((activity: CallActivity) => void) | null;
  readonly #onFailure: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: {
    calls: LiveCalls;
    persons: LivePersons;
    rooms: SeenRooms;
    pursuit: Pursuit;
    presence: PresenceTelling;
    pushes: Pushes;
    /** Is told what happens to calls; null: nobody is. */
    onActivity: ((activity: CallActivity) => void) | null;
    /** Called with what should not happen. */
    onFailure: (error: unknown) => void;
  }) {
    this.#calls = parts.calls;
    this.#persons = parts.persons;
    this.#rooms = parts.rooms;
    this.#pursuit = parts.pursuit;
    this.#presence = parts.presence;
    this.#pushes = parts.pushes;
    this.#onActivity = parts.onActivity;
    this.#onFailure = parts.onFailure;
    this.#calls.observe((callId, { at }, fact) => this.#onCall(callId, at, fact));
    this.#persons.observe((fact) => this.#later(() => this.#onPerson(fact)));
    this.#rooms.observe((activity) => {
      if (activity.type !== 'participant.left' || activity.reason === 'REPLACED') return;
      const { roomId, participant } = activity;
      if (!participant.user.isGuest) this.#later(() => this.#leave(roomId, participant.user.id));
    });
  }

  /** Ends a user's part in every call: the account is deleted. @throws UnavailableError */
  async forget(userId: string): Promise<void> {
    for (const { id } of await this.#persons.callsOf(userId)) await this.#giveUp(userId, id);
  }

  /** Resolves when everything that has begun is done. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#pursuit.settled();
  }

  /** Passes on nothing more, and resolves when everything that has begun is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
  }

  /** A log must not be entered while it tells its observers. */
  #later(work: () => Promise<void>): void {
    if (this.#closed) return;
    const running = Promise.resolve()
      .then(work)
      .catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) this.#onFailure(error);
      })
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  #onCall(callId: string, at: number, fact: CallFact): void {
    switch (fact.type) {
      case 'work':
        if (fact.asks) this.#later(() => this.#pursuit.asked(callId));
        if (fact.tells) this.#later(() => this.#pursuit.told(callId));
        return;
      case 'look':
        this.#later(() => this.#look(fact.call));
        return;
      default:
        this.#onActivity?.({ ...fact, at });
    }
  }

  async #look({ id, room }: Call): Promise<void> {
    const inside = await this.#rooms.participants(room.id);
    const userIds = inside.map(({ user }) => user.id);
    await this.#calls.looked(id, userIds);
  }

  async #onPerson(fact: PersonFact): Promise<void> {
    switch (fact.type) {
      case 'presence':
        return this.#presence.tell(fact.user, fact.presence, fact.revision);
      case 'check':
        return this.#check(fact.userId, fact.callId);
      case 'leave':
        return this.#giveUp(fact.userId, fact.callId);
      case 'gone':
        return this.#gone(fact.userId, fact.call);
    }
  }

  async #check(userId: string, callId: string): Promise<void> {
    const record = await this.#calls.read(callId);
    if (record === null) await this.#persons.drop(userId, callId);
    else await this.#pursuit.tell(record.call, userId);
  }

  /** Ends a user's part in a call: one that rings is cancelled or missed, and an answered one is hung up. */
  async #giveUp(userId: string, callId: string): Promise<void> {
    await this.#calls.lose(callId, userId);
    await this.#calls.left(callId, userId);
  }

  async #gone(userId: string, call: Call): Promise<void> {
    // The ring of somebody with a push subscription waits for them.
    if (call.caller.id !== userId && (await this.#pushes.has(userId))) return;
    if ((await this.#persons.presenceOf(userId)) === 'OFFLINE') {
      await this.#calls.lose(call.id, userId);
    }
  }

  async #leave(roomId: string, userId: string): Promise<void> {
    for (const { id, room } of await this.#persons.callsOf(userId)) {
      if (room.id === roomId) await this.#calls.left(id, userId);
    }
  }
}
