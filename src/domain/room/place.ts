import type { RoomKind } from './course.ts';
import type { ChatMessage, LogEntry } from './entry.ts';

/** About how many bytes an entry takes in memory without its texts. */
const ENTRY_BYTES = 300;

/**
 * Makes an entry of a log from a body. The frequent types list their fields, because a spread would cost more than the
 * rest of a signal or a join.
 */
export function place(
  body: RoomKind['Body'],
  cursor: string,
  position: number,
  at: number,
  to: string | null,
  who: string | null,
): LogEntry {
  switch (body.type) {
    case 'OfferReceived':
    case 'AnswerReceived': {
      const { type, sdp } = body;
      return { type, cursor, position, at, from: who ?? '', to: to ?? '', sdp };
    }
    case 'IceCandidatesReceived': {
      const { type, candidates } = body;
      return { type, cursor, position, at, from: who ?? '', to: to ?? '', candidates };
    }
    case 'ParticipantJoined':
    case 'ParticipantUpdated': {
      const { type, participant } = body;
      return { type, participant, cursor, position, at, to: null, except: who };
    }
    case 'ParticipantLeft': {
      const { type, participant, reason } = body;
      return { type, participant, reason, cursor, position, at, to: null, except: who };
    }
    case 'RoomUpdated':
    case 'RoomClosed':
      return { ...body, cursor, position, at, to: null, except: who };
    case 'MessageReceived':
      return body.private
        ? { ...body, cursor, position, at, to: to ?? '', from: who }
        : { ...body, cursor, position, at, to: null, except: who };
    case 'MuteRequested':
    case 'KnockReceived':
    case 'KnockEnded':
      return { ...body, cursor, position, at, to: to ?? '', from: who };
  }
}

/** About how many bytes an entry takes: its texts in UTF-8 and a constant. */
export function weigh(entry: LogEntry): number {
  switch (entry.type) {
    case 'OfferReceived':
    case 'AnswerReceived':
      return ENTRY_BYTES + Buffer.byteLength(entry.sdp);
    case 'IceCandidatesReceived': {
      let bytes = ENTRY_BYTES;
      for (const { candidate, sdpMid, usernameFragment } of entry.candidates) {
        bytes += 100 + Buffer.byteLength(candidate);
        bytes += (sdpMid?.length ?? 0) + (usernameFragment?.length ?? 0);
      }
      return bytes;
    }
    case 'MessageReceived':
      return ENTRY_BYTES + Buffer.byteLength(entry.text);
    default:
      return ENTRY_BYTES;
  }
}

/** A message to all in the form that is kept for those who join later. */
export function kept(entry: LogEntry): ChatMessage {
  if (entry.type !== 'MessageReceived' || entry.private)
    throw new TypeError('Only messages to all are kept.');
  const { cursor, position, at, from, user, text } = entry;
  return { cursor, position, at, from, user, text };
}
