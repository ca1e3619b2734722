import { Attending } from '../domain/calling/attending.ts';
import { MadeRooms } from '../domain/calling/call-rooms.ts';
import { PresenceTelling } from '../domain/calling/presence-telling.ts';
import { Pursuit } from '../domain/calling/pursuit.ts';
import { PushedCalls } from '../domain/calling/pushed-calls.ts';
import { Ringing } from '../domain/calling/ringing.ts';
import { Switchboard } from '../domain/calling/switchboard.ts';
import type { Acquaintances } from '../domain/people/acquaintances.ts';
import type { ContactChanges } from '../domain/people/contact-changes.ts';
import type { RingTokens } from '../domain/people/ports.ts';
import type { Pushes } from '../domain/person/ports.ts';
import type { SendBudgets } from '../domain/signaling/send-budgets.ts';
import type { Services } from '../graphql/context.ts';
import type { Infrastructure, Surroundings } from './infrastructure.ts';

/** What live calls use of the other services. */
export interface CallParts
  extends Pick<Services, 'sessions' | 'ownAccount' | 'rooms' | 'administration' | 'callHistory'> {
  readonly joins: SendBudgets;
  readonly acquaintances: Acquaintances;
  readonly contactChanges: ContactChanges;
  readonly pushes: Pushes;
  readonly ringTokens: RingTokens;
}

/** The services of live calls. */
export function callServices(
  { config: { limits }, log, cleanUp }: Surroundings,
  { live, persons, calls, webhooks, allowance, commonClock }: Infrastructure,
  { sessions, ownAccount, rooms, administration, joins, acquaintances, ...parts }: CallParts,
) {
  const callRooms = new MadeRooms({ live, administration });
  // Receivers of webhooks may reach people by other ways, so a ring waits for them.
  const pushes: Pushes =
    webhooks === null ? parts.pushes : { ...bound(parts.pushes), has: async () => true };
  const pursuit = new Pursuit({
    calls,
    persons,
    pushes,
    acquaintances,
    history: parts.callHistory,
    rooms: callRooms,
  });
  const presence = new PresenceTelling({ persons, acquaintances });
  const switchboard = new Switchboard({
    ...{ calls, persons, rooms: live, pursuit, presence, pushes },
    onActivity: webhooks && ((activity) => webhooks.tell(activity)),
    onFailure: (error) => log.error({ err: error }, 'A step of a call failed'),
  });
  cleanUp.add(() => switchboard.close());
  parts.contactChanges.onChanged((change) => presence.tellContact(change));
  parts.callHistory.onSeen((userId, until) => persons.spreadCallsSeen(userId, until.getTime()));
  ownAccount.onDeleted(({ id }) => switchboard.forget(id));
  const ringing = new Ringing({
    ...{ calls, pursuit, rooms, callRooms, acquaintances, pushes },
    // Calls ring by it, so what is left of a ring is told by it.
    clock: commonClock,
    limits: {
      callees: Math.min(limits.ringCallees, limits.maxRoomCapacity - 1),
      capacity: Math.min(limits.roomCapacity, limits.maxRoomCapacity),
    },
    budgets: {
      callers: allowance('rings', limits.ringsPerUser),
      pairs: allowance('rings-per-pair', limits.ringsPerPair),
      addresses: allowance('rings-per-address', limits.ringsPerAddress),
      most: Math.min(limits.ringsPerUser, limits.ringsPerAddress),
    },
  });
  const { mailboxEvents, mailboxBytes } = limits;
  return {
    presence,
    ringing,
    pushedCalls: new PushedCalls({
      ...{ calls, ringing, sessions, clock: commonClock, tokens: parts.ringTokens },
    }),
    attending: new Attending({
      ...{ persons, presence, sessions, joins, mailboxEvents, mailboxBytes },
      clock: commonClock,
    }),
  };
}

function bound(pushes: Pushes): Omit<Pushes, 'has'> {
  return {
    ring: (userId, call) => pushes.ring(userId, call),
    end: (userId, call) => pushes.end(userId, call),
  };
}
