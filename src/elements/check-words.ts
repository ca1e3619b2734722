import type { ConnectionCheck } from '@peerql/client';
import type { AllMessages } from './messages/all-words.ts';

/** What all results together mean for a call. */
export type Verdict =
  /** Nothing is wrong. */
  | 'good'
  /** Something failed, and there is another way. */
  | 'limited'
  /** There may be no way to some people. */
  | 'risky'
  /** Without the server there is no call. */
  | 'bad';

/** A result, for people. */
interface CheckRow {
  readonly name: string;
  readonly outcome: ConnectionCheck['outcome'];
  readonly code: string;
  readonly text: string;
}

/** What was not looked at, because nobody asked for it, or because something before it failed. */
const UNTOLD: ReadonlySet<string> = new Set(['NOT_ASKED', 'NOT_CHECKED']);

export function verdictOf(checks: readonly ConnectionCheck[]): Verdict {
  const of = (...names: readonly ConnectionCheck['check'][]) =>
    checks.filter(({ check }) => names.includes(check));
  const failed = (all: readonly ConnectionCheck[]) => all.some((one) => one.outcome === 'failed');
  const works = (all: readonly ConnectionCheck[]) => all.some((one) => one.outcome === 'ok');
  if (failed(of('websocket', 'roundTrip'))) return 'bad';
  if (!failed(checks)) return 'good';
  // One way through is enough, and a relay is the surest.
  if (works(of('turn'))) return 'limited';
  const [stun, turn] = [of('stun'), of('turn')];
  return (failed(stun) && !works(stun)) || failed(turn) ? 'risky' : 'limited';
}

/** The results that tell a user something. */
export function checkRows(
  checks: readonly ConnectionCheck[],
  words: AllMessages,
  language: string,
): readonly CheckRow[] {
  const offered = checks.some(({ check, code }) => check === 'turn' && code !== 'TURN_NOT_OFFERED');
  const seen = new Set<string>();
  return checks.flatMap((one) => {
    if (UNTOLD.has(one.code) || (offered && one.code === 'TURN_NOT_OFFERED')) return [];
    // What is the same for every transport is said once; so is what failed with a server that is a second one.
    const isOneForAll = one.check === 'turn' && one.outcome === 'skipped';
    const name = nameOf(one, words, isOneForAll);
    const key = `${name} ${one.code}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ name, outcome: one.outcome, code: one.code, text: textOf(one, words, language) }];
  });
}

function nameOf(
  { check, transport }: ConnectionCheck,
  { devices, connectionCheck }: AllMessages,
  isOneForAll: boolean,
): string {
  if (check === 'microphone' || check === 'camera') return devices[check];
  const { names, over } = connectionCheck;
  return check === 'turn' && transport !== null && !isOneForAll
    ? over(transport.toUpperCase())
    : names[check];
}

function textOf(
  { check, code, ms, message }: ConnectionCheck,
  { connectionCheck }: AllMessages,
  language: string,
): string {
  if (check === 'roundTrip' && code === 'OK' && ms !== null) {
    const unit = { style: 'unit', unit: 'millisecond' } as const;
    return new Intl.NumberFormat(language, unit).format(ms);
  }
  const codes: Readonly<Record<string, string | undefined>> = connectionCheck.codes;
  return codes[code] ?? message;
}
