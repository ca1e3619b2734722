import type { User } from '../accounts/account.ts';
import { type Call, concerns } from '../call/call.ts';
import type { Follower } from '../log.ts';
import type { Presence } from './ports.ts';

/** A client that holds `accountEvents`: one stay in the person's log. It outlives its sockets and ends once. */
export interface Device {
  readonly id: string;
  readonly sessionId: string;
  /** Identifies the client on all its sockets. Null: the stay ends with its socket. */
  readonly clientKey: string | null;
  readonly node: string;
  readonly fence: number;
  /** When its connection was lost, in milliseconds since the Unix epoch; null while it is connected. */
  readonly lostAt: number | null;
}

/** A call that the person is in, or that rings. */
export interface OwnCall {
  /** As the person's devices know it. */
  readonly call: Call;
  /** When somebody asks whether it still is so, in case nobody has told; milliseconds since the Unix epoch. */
  readonly checkAt: number;
  /** Whether the person has answered another call since, so that they have to leave this one. */
  readonly left?: boolean;
}

/** A call that has ended for the person. Nothing that comes late may let it ring again. */
export interface OverCall {
  readonly id: string;
  /** How long it is remembered, in milliseconds since the Unix epoch. */
  readonly until: number;
  /** Only if the person was kept out of it: when the call was made. A later call with the same id is another call. */
  readonly madeAt?: number;
}

/** Everything that the rules of a person depend on. It is JSON, so any log can store it. */
export interface PersonState {
  readonly user: User;
  /** In the order in which they came. */
  readonly devices: readonly Device[];
  readonly calls: readonly OwnCall[];
  readonly over: readonly OverCall[];
  readonly presence: Presence;
  /** Grows with each change of the presence, also after the state was forgotten. */
  readonly presenceRevision: number;
  /** When the presence is told (again); null: those who may see it know it. */
  readonly tellAt: number | null;
}

export function nobody(user: User): PersonState {
  return {
    ...{ user, devices: [], calls: [], over: [] },
    ...{ presence: 'OFFLINE', presenceRevision: 0, tellAt: null },
  };
}

/** The presence that follows from the rest of the state. */
export function presenceOf({ user, devices, calls }: PersonState): Presence {
  const isIn = ({ call }: OwnCall) => call.state === 'ACTIVE' && isPartOf(call, user.id);
  if (calls.some(isIn)) return 'IN_CALL';
  return devices.length > 0 ? 'ONLINE' : 'OFFLINE';
}

/** Whether a user has accepted a call or made it. */
export function isPartOf(call: Call, userId: string): boolean {
  const isRinging = call.legs.some(({ user, state }) => user.id === userId && state === 'RINGING');
  return concerns(call, userId) && !isRinging;
}

export function deviceWith({ devices }: PersonState, id: string): Device | null {
  return devices.find((one) => one.id === id) ?? null;
}

/** Each device is a member of its own: a person has several. */
export function followerOf({ id, sessionId, node, fence }: Device): Follower {
  return { id, member: id, session: sessionId, node, fence };
}
