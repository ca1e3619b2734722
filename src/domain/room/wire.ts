import type { RoomKind } from './course.ts';
import type { IceCandidate } from './entry.ts';

/**
 * A body as text, for a store: one letter for the kind, then the text of a signal as it is (not quoted, so nothing has to
 * parse it), or JSON for everything else. A candidate begins with the lengths of its texts in UTF-16 units and its index:
 * `<candidate> <sdpMid> <index> <usernameFragment> `, with `-` for a missing one; the texts follow.
 */
export function write(body: RoomKind['Body']): string {
  switch (body.type) {
    case 'OfferReceived':
      return `O${body.sdp}`;
    case 'AnswerReceived':
      return `A${body.sdp}`;
    case 'IceCandidatesReceived':
      return `I${writeCandidates(body.candidates)}`;
    default:
      return `${body.type === 'RoomUpdated' ? 'R' : 'J'}${JSON.stringify(body)}`;
  }
}

/** Reads the text that {@link write} made. */
export function read(text: string): RoomKind['Body'] {
  const rest = text.slice(1);
  switch (text[0]) {
    case 'O':
      return { type: 'OfferReceived', sdp: rest };
    case 'A':
      return { type: 'AnswerReceived', sdp: rest };
    case 'I':
      return { type: 'IceCandidatesReceived', candidates: readCandidates(rest) };
    case 'R': {
      const { type, room } = JSON.parse(rest);
      const dates = { createdAt: new Date(room.createdAt), expiresAt: new Date(room.expiresAt) };
      return { type, room: { ...room, ...dates } };
    }
    default:
      return JSON.parse(rest);
  }
}

function writeCandidates(candidates: readonly IceCandidate[]): string {
  let written = '';
  for (const { candidate, sdpMid, sdpMLineIndex, usernameFragment } of candidates) {
    const lengths = `${candidate.length} ${sdpMid?.length ?? '-'} ${sdpMLineIndex ?? '-'} ${usernameFragment?.length ?? '-'}`;
    written += `${lengths} ${candidate}${sdpMid ?? ''}${usernameFragment ?? ''}`;
  }
  return written;
}

function readCandidates(body: string): IceCandidate[] {
  const candidates: IceCandidate[] = [];
  let at = 0;

  function number(): number | null {
    const end = body.indexOf(' ', at);
    const digits = body.slice(at, end);
    at = end + 1;
    return digits === '-' ? null : Number(digits);
  }

  function text(length: number): string {
    at += length;
    return body.slice(at - length, at);
  }

  while (at < body.length) {
    const length = number();
    const midLength = number();
    const sdpMLineIndex = number();
    const fragmentLength = number();
    candidates.push({
      candidate: text(length ?? 0),
      sdpMid: midLength === null ? null : text(midLength),
      sdpMLineIndex,
      usernameFragment: fragmentLength === null ? null : text(fragmentLength),
    });
  }
  return candidates;
}
