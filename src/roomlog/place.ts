import type { LogEntry, RoomChange, Signal } from '../domain/room/entry.ts';

// Written out for what passes all the time: a spread costs more than all the rest of a signal or a join.

/** A signal as an entry. */
export function placeSignal(
  signal: Signal,
  cursor: string,
  position: number,
  at: number,
  from: string,
  to: string,
): LogEntry {
  if (signal.type === 'IceCandidatesReceived') {
    return { type: signal.type, cursor, position, at, from, to, candidates: signal.candidates };
  }
  return { type: signal.type, cursor, position, at, from, to, sdp: signal.sdp };
}

/** A change that is told to all but `except`, as an entry. */
export function placeChange(
  change: RoomChange,
  cursor: string,
  position: number,
  at: number,
  except: string | null,
): LogEntry {
  switch (change.type) {
    case 'ParticipantJoined':
    case 'ParticipantUpdated': {
      const { type, participant } = change;
      return { type, participant, cursor, position, at, to: null, except };
    }
    case 'ParticipantLeft': {
      const { type, participant, reason } = change;
      return { type, participant, reason, cursor, position, at, to: null, except };
    }
    default:
      return { ...change, cursor, position, at, to: null, except };
  }
}
