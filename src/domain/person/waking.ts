import { decidingIfKnown, type PersonDecide, type PersonOptions } from './course.ts';
import type { PersonState } from './state.ts';

/** How long after a check a call is checked again, in milliseconds. */
const CHECK_AGAIN_MS = 15_000;

/**
 * Runs when something is due: ends devices whose grace is over, has calls checked, tells the presence again, and forgets
 * ended calls.
 */
export function wake(options: PersonOptions): PersonDecide<void> {
  const decide = decidingIfKnown((course) => {
    const { now } = course.context;
    const { user, devices, calls, over, tellAt } = course.state;
    for (const device of devices) {
      if (device.lostAt !== null && now >= device.lostAt + options.graceMs) {
        course.endDevice(device);
      }
    }
    for (const own of calls) {
      const { call, checkAt } = own;
      if (now < checkAt) continue;
      course.putCall({ ...own, checkAt: now + CHECK_AGAIN_MS });
      const type = own.left === true ? 'leave' : 'check';
      course.note({ type, userId: user.id, callId: call.id });
    }
    if (over.some(({ until }) => now >= until)) {
      course.change({ over: over.filter(({ until }) => now < until) });
    }
    if (tellAt !== null && now >= tellAt) course.tellPresenceAgain();
  });
  return (state, context) => {
    const due = state === null ? null : dueAt(state, options);
    if (due === null || context.now < due) return { state, steps: [], reply: undefined };
    return decide(state, context);
  };
}

/** When {@link wake} has something to do, in milliseconds since the Unix epoch. */
export function dueAt(
  { devices, calls, over, tellAt }: PersonState,
  { graceMs }: PersonOptions,
): number | null {
  let due = tellAt ?? Number.POSITIVE_INFINITY;
  for (const { lostAt } of devices) if (lostAt !== null) due = Math.min(due, lostAt + graceMs);
  for (const { checkAt } of calls) due = Math.min(due, checkAt);
  for (const { until } of over) due = Math.min(due, until);
  return due === Number.POSITIVE_INFINITY ? null : due;
}
