import type { User } from '../accounts/account.ts';
import { decidingIfKnown, type PersonDecide } from './course.ts';
import type { Presence, SeenContact } from './ports.ts';

/** Tells the devices of a person that the presence of somebody else has changed. */
export function hearPresence(user: User, presence: Presence): PersonDecide<void> {
  return decidingIfKnown((course) => course.tell({ type: 'PresenceChanged', user, presence }));
}

/** Tells the devices of a person how another one is a contact now; null: not any more. */
export function hearContact(userId: string, contact: SeenContact | null): PersonDecide<void> {
  return decidingIfKnown((course) => course.tell({ type: 'ContactUpdated', userId, contact }));
}

/**
 * Those who may see the presence were told the one of this revision. If it has changed meanwhile, the newest is told
 * once more: nobody knows which of the two they heard last.
 */
export function presenceTold(revision: number): PersonDecide<void> {
  return decidingIfKnown((course) => {
    const { presenceRevision } = course.state;
    if (revision < presenceRevision) course.tellPresenceAgain();
    else course.change({ tellAt: null });
  });
}
