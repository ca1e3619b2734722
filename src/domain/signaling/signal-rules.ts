import { type InputIssue, InvalidInputError } from '../errors.ts';
import type { IceCandidate } from '../room/entry.ts';
import { checkWellFormed, NOT_WELL_FORMED } from '../well-formed.ts';

export interface SignalLimits {
  /** Bytes of an SDP, in UTF-8. */
  readonly maxSdpBytes: number;
  /** Bytes of one candidate, in UTF-8. */
  readonly maxCandidateBytes: number;
  /** Candidates in one call. */
  readonly maxCandidates: number;
  /** Bytes of a message's text, in UTF-8. */
  readonly maxMessageBytes: number;
}

/** For `signalId` and `messageId`. */
const SENT_ID_MAX_LENGTH = 64;
const CLIENT_KEY_MAX_LENGTH = 128;
/** `sdpMid` and `usernameFragment`: tokens of a few characters (RFC 8839 allows a fragment 256). */
const SHORT_FIELD_MAX_LENGTH = 256;
const EMPTY = { code: 'TOO_SHORT', limit: 1 } as const;
const TEXT_FIELDS = ['candidate', 'sdpMid', 'usernameFragment'] as const;
const MAX_LINE_INDEX = 65_535;

/** @throws InvalidInputError */
export function checkSdp(sdp: string, maxBytes: number, path = 'sdp'): void {
  if (sdp.length === 0) refuse(path, 'must not be empty', EMPTY);
  if (exceedsBytes(sdp, maxBytes)) refuseSize(path, maxBytes);
  checkWellFormed(path, sdp);
}

/** @throws InvalidInputError with every issue at once */
export function checkCandidates(candidates: readonly IceCandidate[], limits: SignalLimits): void {
  const count = candidates.length;
  if (count === 0 || count > limits.maxCandidates) {
    refuse('candidates', `must be from 1 to ${limits.maxCandidates}`);
  }
  let issues: InputIssue[] | null = null;
  for (let index = 0; index < count; index += 1) {
    const candidate = candidates[index];
    if (candidate === undefined || isWellFormed(candidate, limits)) continue;
    issues ??= [];
    issues.push(...issuesOf(candidate, `candidates.${index}`, limits));
  }
  if (issues !== null) throw new InvalidInputError(issues);
}

/** @throws InvalidInputError */
export function checkMessage(text: string, limits: SignalLimits): void {
  if (text.trim().length === 0) refuse('text', 'must not be empty', EMPTY);
  if (exceedsBytes(text, limits.maxMessageBytes)) refuseSize('text', limits.maxMessageBytes);
  checkWellFormed('text', text);
}

/** @throws InvalidInputError */
export function checkSignalId(signalId: string | null): void {
  checkId('signalId', signalId);
}

/** @throws InvalidInputError */
export function checkMessageId(messageId: string | null): void {
  checkId('messageId', messageId);
}

/** @throws InvalidInputError */
export function checkClientKey(clientKey: string | null): void {
  if (clientKey === null) return;
  if (clientKey.length === 0 || clientKey.length > CLIENT_KEY_MAX_LENGTH) {
    refuse('clientKey', `must have from 1 to ${CLIENT_KEY_MAX_LENGTH} characters`);
  }
  checkWellFormed('clientKey', clientKey);
}

function isWellFormed(candidate: IceCandidate, limits: SignalLimits): boolean {
  const { sdpMLineIndex: line } = candidate;
  return (
    !exceedsBytes(candidate.candidate, limits.maxCandidateBytes) &&
    (candidate.sdpMid?.length ?? 0) <= SHORT_FIELD_MAX_LENGTH &&
    (candidate.usernameFragment?.length ?? 0) <= SHORT_FIELD_MAX_LENGTH &&
    TEXT_FIELDS.every((field) => candidate[field]?.isWellFormed() ?? true) &&
    (line === undefined || line === null || (line >= 0 && line <= MAX_LINE_INDEX))
  );
}

function issuesOf(candidate: IceCandidate, path: string, limits: SignalLimits): InputIssue[] {
  const issues: InputIssue[] = [];
  const { sdpMLineIndex: line } = candidate;
  if (exceedsBytes(candidate.candidate, limits.maxCandidateBytes)) {
    issues.push(tooManyBytes(`${path}.candidate`, limits.maxCandidateBytes));
  }
  for (const field of ['sdpMid', 'usernameFragment'] as const) {
    if ((candidate[field]?.length ?? 0) > SHORT_FIELD_MAX_LENGTH) {
      const message = `must have at most ${SHORT_FIELD_MAX_LENGTH} characters`;
      issues.push({ path: `${path}.${field}`, message });
    }
  }
  for (const field of TEXT_FIELDS) {
    if (candidate[field]?.isWellFormed() ?? true) continue;
    issues.push({ path: `${path}.${field}`, message: NOT_WELL_FORMED });
  }
  if (line !== undefined && line !== null && (line < 0 || line > MAX_LINE_INDEX)) {
    issues.push({ path: `${path}.sdpMLineIndex`, message: `must be from 0 to ${MAX_LINE_INDEX}` });
  }
  return issues;
}

/** Counts bytes only if the length does not decide: a UTF-16 unit takes from one to three bytes. */
function exceedsBytes(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

function checkId(path: string, id: string | null): void {
  if (id === null) return;
  if (id.length === 0 || id.length > SENT_ID_MAX_LENGTH) {
    refuse(path, `must have from 1 to ${SENT_ID_MAX_LENGTH} characters`);
  }
  checkWellFormed(path, id);
}

function refuse(
  path: string,
  message: string,
  rule: Pick<InputIssue, 'code' | 'limit'> = {},
): never {
  throw new InvalidInputError([{ path, message, ...rule }]);
}

function refuseSize(path: string, maxBytes: number): never {
  throw new InvalidInputError([tooManyBytes(path, maxBytes)]);
}

function tooManyBytes(path: string, maxBytes: number): InputIssue {
  return { path, message: `must have at most ${maxBytes} bytes`, code: 'TOO_BIG', limit: maxBytes };
}
