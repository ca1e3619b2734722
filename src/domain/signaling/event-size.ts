import type { IceCandidate, Signal } from '../room/entry.ts';
import type { RoomEvent } from './event.ts';

/** The bytes that any event takes besides its texts. */
const EVENT_BYTES = 256;
/** The bytes that each candidate and each participant takes in addition. */
const PART_BYTES = 64;
const PARTICIPANT_BYTES = 512;

/** About how many bytes a signal takes in memory and on the wire. */
export function bytesOfSignal(signal: Signal): number {
  return signal.type === 'IceCandidatesReceived'
    ? bytesOfCandidates(signal.candidates)
    : bytesOfText(signal.sdp);
}

/** About how many bytes a sent text takes. */
export function bytesOfText(text: string): number {
  return EVENT_BYTES + Buffer.byteLength(text);
}

/** About how many bytes an event takes while it waits for its reader. */
export function bytesOfEvent(event: RoomEvent): number {
  switch (event.type) {
    case 'OfferReceived':
    case 'AnswerReceived':
    case 'IceCandidatesReceived':
      return bytesOfSignal(event);
    case 'MessageReceived':
      return bytesOfText(event.text);
    case 'RoomSnapshot':
      return event.messages.reduce(
        (bytes, { text }) => bytes + bytesOfText(text),
        EVENT_BYTES + (event.participants.length + 1) * PARTICIPANT_BYTES,
      );
    default:
      return EVENT_BYTES + PARTICIPANT_BYTES;
  }
}

function bytesOfCandidates(candidates: readonly IceCandidate[]): number {
  let bytes = EVENT_BYTES;
  for (const { candidate, sdpMid, usernameFragment } of candidates) {
    bytes += PART_BYTES + Buffer.byteLength(candidate);
    bytes += Buffer.byteLength(sdpMid ?? '') + Buffer.byteLength(usernameFragment ?? '');
  }
  return bytes;
}
