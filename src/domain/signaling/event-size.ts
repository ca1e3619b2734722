import type { IceCandidate, Signal } from '../room/entry.ts';
import type { RoomEvent } from './event.ts';

/** What any event takes beside its texts, in bytes. */
const EVENT_BYTES = 256;
/** What a candidate or a participant takes beside that. */
const PART_BYTES = 64;
const PARTICIPANT_BYTES = 512;

/** About what a signal takes in memory and on the wire, in bytes. */
export function bytesOfSignal(signal: Signal): number {
  return signal.type === 'IceCandidatesReceived'
    ? bytesOfCandidates(signal.candidates)
    : bytesOfText(signal.sdp);
}

/** About what a text that is sent takes, in bytes. */
export function bytesOfText(text: string): number {
  return EVENT_BYTES + Buffer.byteLength(text);
}

/** About what an event takes while it waits for its reader, in bytes. */
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
