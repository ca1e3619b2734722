import type { Logger } from '../domain/logger.ts';
import type { PresenceObserver } from '../domain/signaling/joining.ts';
import type { Metrics } from './metrics.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/**
 * Counts joins and resumes, and logs them at debug. Room ids are hidden as well, because everybody who knows one may
 * ask for the room.
 */
export function observePresence(
  metrics: Metrics,
  log: Logger,
  pseudonyms: Pseudonyms,
): PresenceObserver {
  const hide = (id: string) => pseudonyms.of(id);
  return {
    entered({ accountId, sessionId }, { roomId, after }, recovered) {
      if (recovered) metrics.resumed += 1;
      else metrics.joins += 1;
      if (!recovered && after !== null) metrics.notResumed += 1;
      // Pseudonyms are expensive to make, and joins are frequent.
      if (!log.isLevelEnabled('debug')) return;
      const who = { room: hide(roomId), user: hide(accountId), session: hide(sessionId) };
      log.debug({ ...who, recovered }, 'Entered a room');
    },
    departed({ accountId, sessionId }, roomId, how) {
      if (!log.isLevelEnabled('debug')) return;
      const who = { room: hide(roomId), user: hide(accountId), session: hide(sessionId) };
      log.debug({ ...who, how }, 'Left a room, or lost the connection');
    },
  };
}
