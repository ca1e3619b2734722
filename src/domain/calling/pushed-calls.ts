import type { Sessions } from '../accounts/sessions.ts';
import { type LegState, legOf } from '../call/call.ts';
import { CallEndedError } from '../call/errors.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { Clock } from '../clock.ts';
import { TokenInvalidError } from '../errors.ts';
import type { RingClaims, RingTokens } from '../people/ports.ts';
import { remainingMs, type ShownCall } from '../person/entry.ts';
import type { Ringing } from './ringing.ts';

/** What a browser that was woken by a push message may know about the call. */
export interface PushedCall {
  readonly callId: string;
  /** The state of the callee’s own leg. */
  readonly state: LegState;
  /** How long it still rings for the callee, in milliseconds; 0 if it does not. */
  readonly remainingMs: number;
}

/** What the service worker of a browser does with the token in a push message, without a page and without a session. */
export class PushedCalls {
  readonly #tokens: RingTokens;
  readonly #sessions: Pick<Sessions, 'find'>;
  readonly #calls: Pick<LiveCalls, 'read'>;
  readonly #ringing: Pick<Ringing, 'declineFor'>;
  readonly #clock: Clock;

  constructor(parts: {
    tokens: RingTokens;
    sessions: Pick<Sessions, 'find'>;
    calls: Pick<LiveCalls, 'read'>;
    ringing: Pick<Ringing, 'declineFor'>;
    clock: Clock;
  }) {
    this.#tokens = parts.tokens;
    this.#sessions = parts.sessions;
    this.#calls = parts.calls;
    this.#ringing = parts.ringing;
    this.#clock = parts.clock;
  }

  /** Resolves to null if the token says nothing (any more), or the call is over and forgotten. */
  async find(token: string): Promise<PushedCall | null> {
    const claims = await this.#read(token);
    if (claims === null) return null;
    const record = await this.#calls.read(claims.callId);
    return record && shown({ ...record.call, shownAt: this.#clock.now() }, claims.userId);
  }

  /** @throws TokenInvalidError, CallEndedError, AnsweredElsewhereError */
  async decline(token: string): Promise<PushedCall> {
    const claims = await this.#read(token);
    if (claims === null) throw new TokenInvalidError('This ring is over.');
    const { userId, callId } = claims;
    const call = shown(await this.#ringing.declineFor(userId, callId), userId);
    if (call === null) throw new CallEndedError();
    return call;
  }

  async #read(token: string): Promise<RingClaims | null> {
    const claims = await this.#tokens.read(token);
    if (claims === null) return null;
    return (await this.#sessions.find(claims.sessionId)) === null ? null : claims;
  }
}

function shown(call: ShownCall, userId: string): PushedCall | null {
  const state = legOf(call, userId)?.state;
  if (state === undefined) return null;
  return { callId: call.id, state, remainingMs: state === 'RINGING' ? remainingMs(call) : 0 };
}
