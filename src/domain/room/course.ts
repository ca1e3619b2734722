import type { Context, Decide, Decision, Kind, Step } from '../log.ts';
import type { ChatMessage, LogEntry, Notice, RoomChange, Signal } from './entry.ts';
import { type Change, evolve } from './evolve.ts';
import { countedUntil } from './knocking.ts';
import type { LeaveReason, Participant } from './participant.ts';
import type { RoomState, Stay } from './state.ts';
import { followerOf, hostOf, NOTHING } from './state.ts';

/** How a knock was answered. `replaced`: the same user knocked again. */
export type KnockAnswer = 'admitted' | 'denied' | 'replaced' | 'closed';

/** What observers outside the room are told, such as webhooks. */
export type RoomFact =
  | { readonly type: 'room.started' | 'room.ended' }
  | { readonly type: 'participant.joined'; readonly participant: Participant }
  | {
      readonly type: 'participant.left';
      readonly participant: Participant;
      readonly reason: LeaveReason;
    };

/** The types of a room that a log needs. */
export interface RoomKind extends Kind {
  State: RoomState;
  Body: Signal | Notice | RoomChange;
  Entry: LogEntry;
  Kept: ChatMessage;
  Fact: RoomFact;
  Answer: KnockAnswer;
  /** A user has a new name. */
  News: { readonly renamed: Participant['user'] };
}

export type RoomDecide<Reply> = Decide<RoomKind, Reply>;

/** How long an empty room keeps changes that a read of the store may not show yet, in milliseconds. */
export const REMEMBERED_MS = 60_000;

/** One decision while it is being made: the state and the steps so far. Nobody else sees it. */
export class Course {
  state: RoomState;
  readonly #before: RoomState | null;
  readonly #steps: Step<RoomKind>[] = [];

  constructor(
    before: RoomState | null,
    readonly context: Context,
  ) {
    this.#before = before;
    this.state = before ?? NOTHING;
  }

  change(change: Change): void {
    this.state = evolve(this.state, change);
  }

  step(step: Step<RoomKind>): void {
    this.#steps.push(step);
  }

  note(fact: RoomFact): void {
    this.#steps.push({ type: 'note', fact });
  }

  /** Tells everybody except one stay. */
  tell(body: RoomChange, except: string | null = null): void {
    this.#steps.push({ type: 'tell', body, except, kept: body.type === 'MessageReceived' });
  }

  /** Tells only one participant. */
  notify(to: Stay, from: string | null, body: Notice): void {
    this.#steps.push({ type: 'notify', to: to.participant.id, from, body });
  }

  /** Sends a signal of a stay to another one. */
  signal(to: string, from: string, body: Signal): void {
    this.#steps.push({ type: 'notify', to, from, body });
  }

  /** Changes what others see of a stay and tells them; returns the changed stay. */
  update(stay: Stay, change: Partial<Participant>, toSelf?: 'not to itself'): Stay {
    const participant = { ...stay.participant, ...change };
    const isToldLost = stay.lostAt !== null && toSelf === undefined;
    const updated = { ...stay, participant, ...(isToldLost && { toldLost: true }) };
    this.change({ type: 'stay changed', stay: updated });
    this.tell(
      { type: 'ParticipantUpdated', participant },
      toSelf === undefined ? null : participant.id,
    );
    return updated;
  }

  /** A mailbox takes over the hold on an existing stay. */
  hold(stay: Stay, lostAt: number | null): void {
    this.change({ type: 'stay changed', stay });
    this.#steps.push({ type: 'hold', follower: followerOf(stay), lostAt });
  }

  /** Tells the host that somebody waits, or stopped waiting. */
  notifyHost(notice: Notice): void {
    const host = hostOf(this.state);
    if (host !== null) this.notify(host, null, notice);
  }

  /** The decision. When nothing changed, its state is the same object as before. */
  decision<Reply>(reply: Reply): Decision<RoomKind, Reply> {
    if (this.state === (this.#before ?? NOTHING)) {
      return { state: this.#before, steps: this.#steps, reply };
    }
    return { state: this.#remaining(), steps: this.#steps, reply };
  }

  /** A room without participants and waiting users keeps for a while what a read of the store may not show yet. */
  #remaining(): RoomState | null {
    const { stays, waiting, updated, bans, passes, closedAt, forgetAt } = this.state;
    if (stays.length > 0 || waiting.length > 0) {
      if (forgetAt !== null) this.change({ type: 'forgetting', at: null });
      return this.state;
    }
    const { now } = this.context;
    const longest = Math.max(now, ...this.state.knocking.map(countedUntil));
    const memorable = updated || bans.length > 0 || passes.length > 0 || closedAt !== null;
    if (!memorable && longest <= now) return null;
    this.change({
      type: 'forgetting',
      at: memorable ? Math.max(longest, now + REMEMBERED_MS) : longest,
    });
    return this.state;
  }
}

/** Turns `work` into a decision. An error that it throws refuses the command. */
export function deciding<Reply>(work: (course: Course) => Reply): RoomDecide<Reply> {
  return (state, context) => {
    const course = new Course(state, context);
    return course.decision(work(course));
  };
}
