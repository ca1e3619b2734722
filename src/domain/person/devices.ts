import type { User } from '../accounts/account.ts';
import type { Call } from '../call/call.ts';
import { nextFence } from '../fence.ts';
import {
  decidingIfKnown,
  decidingPerson,
  type PersonCourse,
  type PersonDecide,
  type PersonOptions,
} from './course.ts';
import { type Device, deviceWith, followerOf } from './state.ts';

/** A request of a client to be a device of a person, or to be it again. */
export interface Attendance {
  readonly user: User;
  readonly sessionId: string;
  /** Identifies the client on all its sockets. Null: it cannot be resumed and ends with its socket. */
  readonly clientKey: string | null;
}

/**
 * Begins a device, or resumes the one with the same `clientKey`. If the person has too many, the one ends whose
 * connection has been lost longest, or else the oldest one. Answers the calls that the person is in or that ring.
 *
 * @param deviceId the id of the device, if a new one begins
 */
export function attend(
  deviceId: string,
  { user, sessionId, clientKey }: Attendance,
  options: PersonOptions,
): PersonDecide<readonly Call[]> {
  return decidingPerson(user, (course) => {
    const { node, now } = course.context;
    const { devices, calls } = course.state;
    // The newest name that is known.
    course.change({ user });
    const known = devices.find((one) => clientKey !== null && one.clientKey === clientKey);
    if (known === undefined) {
      makeRoom(course, options);
      const device = { id: deviceId, sessionId, clientKey, node, fence: 1, lostAt: null };
      course.putDevice(device);
      course.step({ type: 'begin', follower: followerOf(device) });
    } else {
      const fence = nextFence(known.fence, now);
      const device = { ...known, sessionId, node, fence, lostAt: null };
      course.putDevice(device);
      course.step({ type: 'hold', follower: followerOf(device), lostAt: known.lostAt });
    }
    return calls.map(({ call }) => call);
  });
}

function makeRoom(course: PersonCourse, { devices: most }: PersonOptions): void {
  while (course.state.devices.length >= most) {
    const { devices } = course.state;
    const lost = devices.filter(({ lostAt }) => lostAt !== null);
    const [first] = lost.toSorted((one, two) => (one.lostAt ?? 0) - (two.lostAt ?? 0));
    const last = first ?? devices[0];
    if (last === undefined) return;
    course.endDevice(last);
  }
}

/** The connection of a hold was lost. An outdated hold does nothing. */
export function letGo(id: string, fence: number): PersonDecide<void> {
  return decidingIfKnown((course) => {
    const device = held(course, id, fence);
    if (device !== null && device.lostAt === null) course.loseDevice(device);
  });
}

/** Ends a device, if this hold is still the current one. */
export function release(id: string, fence: number): PersonDecide<void> {
  return decidingIfKnown((course) => {
    const device = held(course, id, fence);
    if (device !== null) course.endDevice(device);
  });
}

/** Ends every device that came with a session. */
export function endSession(sessionId: string): PersonDecide<void> {
  return decidingIfKnown((course) => {
    for (const device of course.state.devices) {
      if (device.sessionId === sessionId) course.endDevice(device);
    }
  });
}

/** A node died: the devices it held wait for their clients, and the node that asks takes over. */
export function nodeLost(node: string): PersonDecide<void> {
  return decidingIfKnown((course) => {
    for (const device of course.state.devices) {
      if (device.node !== node) continue;
      const { node: taker, now } = course.context;
      course.loseDevice({ ...device, node: taker, fence: nextFence(device.fence, now) });
    }
  });
}

/** The device of a hold of this node, if the hold is still the current one. */
function held({ state, context }: PersonCourse, id: string, fence: number): Device | null {
  const device = deviceWith(state, id);
  return device?.fence === fence && device.node === context.node ? device : null;
}
