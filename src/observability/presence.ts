import type { Logger } from '../domain/logger.ts';
import type { PresenceObserver } from '../domain/signaling/joining.ts';
import type { Metrics } from './metrics.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Counts who joins and comes back, and writes it down at debug. Who knows a room's id may ask for it, so it is hidden too. */
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
      // Names are dear to hide, and people come all the time.
      if (!log.isLevelEnabled('debug')) return;
      const who = { room: hide(roomId), user: hide(accountId), session: hide(sessionId) };
      log.debug({ ...who, recovered }, 'Entered a room');
    },
    departed({ accountId, sessionId }, roomId, how) {
      if (!log.isLevelEnabled('debug')) return;
      const who = { room: hide(roomId), user: hide(accountId), session: hide(sessionId) };
      log.debug({ ...who, how }, 'Left a room, or lost the way to it');
    },
  };
}
