import type { User } from '../accounts/account.ts';
import type { Call } from '../call/call.ts';
import type { Context, Decide, Decision, Kind, Step } from '../log.ts';
import type { AccountChange, AccountEntry, ToldChange } from './entry.ts';
import type { Presence } from './ports.ts';
import {
  type Device,
  followerOf,
  nobody,
  type OverCall,
  type OwnCall,
  type PersonState,
  presenceOf,
} from './state.ts';

/** After how long a presence is told by any node, if the node that should has not; in milliseconds. */
const TELL_MS = 5000;
/** How many ended calls of one person are remembered. */
const OVER_MAX = 100;

/** What observers outside are told about a person. */
export type PersonFact =
  | {
      readonly type: 'presence';
      readonly user: User;
      readonly presence: Presence;
      readonly revision: number;
    }
  /** Somebody has to look whether this call still is so. */
  | { readonly type: 'check'; readonly userId: string; readonly callId: string }
  /** The user has answered another call, and is to leave this one. */
  | { readonly type: 'leave'; readonly userId: string; readonly callId: string }
  /** The last device is gone while this call rings. */
  | { readonly type: 'gone'; readonly userId: string; readonly call: Call };

/** What nodes tell each other about people. A node of an older version ignores it. */
export interface PersonNews {
  readonly callsSeen: { readonly userId: string; readonly until: number };
}

/** The types of a person that a log needs. */
export interface PersonKind extends Kind {
  State: PersonState;
  Body: ToldChange;
  Entry: AccountEntry;
  Kept: object;
  Fact: PersonFact;
  Answer: 'none';
  News: PersonNews;
}

export type PersonDecide<Reply> = Decide<PersonKind, Reply>;

/** Limits that are the same for everybody. */
export interface PersonOptions {
  /** How long a device waits for its client to come back, in milliseconds. */
  readonly graceMs: number;
  /** How many devices a person may have at once. */
  readonly devices: number;
}

/** One decision while it is being made: the state and the steps so far. Nobody else sees it. */
export class PersonCourse {
  state: PersonState;
  readonly #before: PersonState | null;
  readonly #start: PersonState;
  readonly #steps: Step<PersonKind>[] = [];

  constructor(
    before: PersonState | null,
    user: User,
    readonly context: Context,
  ) {
    this.#before = before;
    this.#start = before ?? nobody(user);
    this.state = this.#start;
  }

  change(change: Partial<PersonState>): void {
    this.state = { ...this.state, ...change };
  }

  note(fact: PersonFact): void {
    this.#steps.push({ type: 'note', fact });
  }

  step(step: Step<PersonKind>): void {
    this.#steps.push(step);
  }

  /** Tells all devices. */
  tell(body: AccountChange): void {
    if (this.state.devices.length === 0) return;
    const { aheadMs } = this.context;
    const told = 'call' in body && aheadMs !== 0 ? { ...body, aheadMs } : body;
    this.#steps.push({ type: 'tell', body: told, except: null, kept: false });
  }

  /** Adds a device, or replaces the one with the same id. */
  putDevice(device: Device): void {
    const { devices } = this.state;
    const isKnown = devices.some(({ id }) => id === device.id);
    const replaced = devices.map((one) => (one.id === device.id ? device : one));
    this.change({ devices: isKnown ? replaced : [...devices, device] });
  }

  endDevice({ id }: Device): void {
    this.change({ devices: this.state.devices.filter((one) => one.id !== id) });
    this.#steps.push({ type: 'end', id });
  }

  /** The connection of a device is lost: it waits for its client, or ends at once if it cannot be resumed. */
  loseDevice(device: Device): void {
    if (device.clientKey === null) {
      this.endDevice(device);
      return;
    }
    const lost = { ...device, lostAt: device.lostAt ?? this.context.now };
    this.putDevice(lost);
    this.#steps.push({ type: 'letGo', follower: followerOf(lost) });
  }

  putCall(own: OwnCall): void {
    const { calls } = this.state;
    const isKnown = calls.some(({ call }) => call.id === own.call.id);
    const replaced = calls.map((one) => (one.call.id === own.call.id ? own : one));
    this.change({ calls: isKnown ? replaced : [...calls, own] });
  }

  /** Removes a call and remembers that it is over. */
  overCall(over: OverCall): void {
    const calls = this.state.calls.filter(({ call }) => call.id !== over.id);
    const others = this.state.over.filter(({ id }) => id !== over.id);
    this.change({ calls, over: [...others, over].slice(-OVER_MAX) });
  }

  /** The decision. If nothing changed, its state is the same object as before. */
  decision<Reply>(reply: Reply): Decision<PersonKind, Reply> {
    if (this.state === this.#start) return { state: this.#before, steps: this.#steps, reply };
    this.#noteGone();
    this.#notePresence();
    const { devices, calls, over, tellAt } = this.state;
    const isEmpty = devices.length === 0 && calls.length === 0 && over.length === 0;
    return { state: isEmpty && tellAt === null ? null : this.state, steps: this.#steps, reply };
  }

  #noteGone(): void {
    const { user, devices, calls } = this.state;
    if (devices.length > 0 || this.#start.devices.length === 0) return;
    for (const { call } of calls) {
      if (call.state !== 'ENDED') this.note({ type: 'gone', userId: user.id, call });
    }
  }

  #notePresence(): void {
    const presence = presenceOf(this.state);
    const { user, presenceRevision } = this.state;
    if (presence === this.state.presence) return;
    const { now } = this.context;
    // Times grow, so the revision also does after the state was forgotten.
    const revision = Math.max(presenceRevision + 1, now);
    this.change({ presence, presenceRevision: revision, tellAt: now + TELL_MS });
    this.note({ type: 'presence', user, presence, revision });
  }

  /** Tells the presence again if nobody has, and so sets the next time. */
  tellPresenceAgain(): void {
    const { user, presence, presenceRevision: revision } = this.state;
    this.change({ tellAt: this.context.now + TELL_MS });
    this.note({ type: 'presence', user, presence, revision });
  }
}

/** Turns `work` into a decision. An error that it throws refuses the command. */
export function decidingPerson<Reply>(
  user: User,
  work: (course: PersonCourse) => Reply,
): PersonDecide<Reply> {
  return (state, context) => {
    const course = new PersonCourse(state, user, context);
    return course.decision(work(course));
  };
}

/** As {@link decidingPerson}, for what does nothing if nothing is known of the person. */
export function decidingIfKnown(work: (course: PersonCourse) => void): PersonDecide<void> {
  return (state, context) => {
    if (state === null) return { state, steps: [], reply: undefined };
    const course = new PersonCourse(state, state.user, context);
    return course.decision(work(course));
  };
}
