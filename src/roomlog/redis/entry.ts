import type { CursorWriter } from '../../domain/cursor.ts';
import type { IceCandidate, LogEntry, Signal } from '../../domain/room/entry.ts';

/** What stands before an entry's body in a room's stream, and where the body begins. */
export interface Heading {
  readonly epoch: string;
  readonly position: number;
  readonly at: number;
  /** A stay; null for all. */
  readonly to: string | null;
  /** Who sent it, or, of what is for all, who is not told. */
  readonly who: string | null;
  readonly bodyAt: number;
}

/** Reads `<epoch> <position> <at> <to or *> <who or -> <body>`, which stands at the end of a message. */
export function readHeading(message: string, start: number): Heading {
  const one = message.indexOf(' ', start);
  const two = message.indexOf(' ', one + 1);
  const three = message.indexOf(' ', two + 1);
  const four = message.indexOf(' ', three + 1);
  const five = message.indexOf(' ', four + 1);
  const to = message.slice(three + 1, four);
  const who = message.slice(four + 1, five);
  return {
    epoch: message.slice(start, one),
    position: Number(message.slice(one + 1, two)),
    at: Number(message.slice(two + 1, three)),
    to: to === '*' ? null : to,
    who: who === '-' ? null : who,
    bodyAt: five + 1,
  };
}

/**
 * The body of a signal: one letter, then its text as it is, neither quoted nor parsed on its way. Of each candidate the
 * lengths of its texts stand before them, in UTF-16 units, and the index between: `<candidate> <sdpMid> <index>
 * <usernameFragment> `; a `-` for what is not there.
 */
export function writeSignal(signal: Signal): string {
  switch (signal.type) {
    case 'OfferReceived':
      return `O${signal.sdp}`;
    case 'AnswerReceived':
      return `A${signal.sdp}`;
    case 'IceCandidatesReceived':
      return `I${writeCandidates(signal.candidates)}`;
  }
}

/** The entry that a message holds. */
export function readEntry(message: string, heading: Heading, cursors: CursorWriter): LogEntry {
  const { position, at, to, who, bodyAt } = heading;
  const cursor = cursors.at(position);
  const body = message.slice(bodyAt + 1);
  const kind = message[bodyAt];
  if (to === null) {
    if (kind === 'R') {
      const room = JSON.parse(body);
      const dates = { createdAt: new Date(room.createdAt), expiresAt: new Date(room.expiresAt) };
      const type = 'RoomUpdated';
      return { type, cursor, position, at, to, except: who, room: { ...room, ...dates } };
    }
    return { ...JSON.parse(body), cursor, position, at, to, except: who };
  }
  const from = who ?? '';
  if (kind === 'O') return { type: 'OfferReceived', cursor, position, at, from, to, sdp: body };
  if (kind === 'A') return { type: 'AnswerReceived', cursor, position, at, from, to, sdp: body };
  if (kind === 'I') {
    const candidates = readCandidates(body);
    return { type: 'IceCandidatesReceived', cursor, position, at, from, to, candidates };
  }
  return { ...JSON.parse(body), cursor, position, at, from: who, to };
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
