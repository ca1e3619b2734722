import type { Call } from './call.ts';
import { Emitter } from './emitter.ts';
import { PeerqlError, unwrap } from './errors.ts';
import type { CallEndReason, CallFieldsFragment } from './generated/graphql.ts';
import { CancelCallDocument } from './generated/operations.ts';
import type { Incoming } from './incoming-calls.ts';
import { checkJoin, type JoinOptions } from './join-room.ts';
import { callEach } from './report.ts';

/** Why a call ended. LOST: this client was away for too long to be told why. */
export type OutgoingCallEnd = CallEndReason | 'LOST';

/** A call that this client has made, at one moment. */
export interface OutgoingSnapshot {
  readonly state: CallFieldsFragment['state'];
  /** Why it ended; null before that. */
  readonly reason: OutgoingCallEnd | null;
  /** The people who are called, and what became of the ring at each. */
  readonly legs: CallFieldsFragment['legs'];
}

export interface OutgoingCallEvents {
  /** Somebody has answered: from now on the call is `ACTIVE`. */
  answered: OutgoingSnapshot;
  /** It is over. It comes once. */
  ended: { readonly reason: OutgoingCallEnd };
}

/**
 * A call that this client has made. It rings until somebody answers, `cancel` is called, or this page is closed. Join it
 * with `join`, once for the whole call.
 * @example
 * const ringing = await client.people.ring([id]);
 * ringing.on('ended', ({ reason }) => show(reason));
 * const answered = await ringing.join({ stream });
 */
export class OutgoingCall extends Emitter<OutgoingCallEvents> {
  readonly id: string;
  readonly #client: Pick<Incoming, 'link' | 'warm' | 'join' | 'abandon'>;
  readonly #listeners = new Set<() => void>();
  #call: CallFieldsFragment;
  #endsAt: number;
  #snapshot: OutgoingSnapshot;
  #release: () => void;

  /** Made by `client.people.ring`. */
  constructor(
    call: CallFieldsFragment,
    client: Pick<Incoming, 'link' | 'warm' | 'join' | 'abandon'>,
  ) {
    super();
    this.id = call.id;
    this.#client = client;
    this.#call = call;
    this.#endsAt = performance.now() + call.remainingMs;
    this.#snapshot = snapshotOf(call, call.reason);
    this.#release = call.state === 'ENDED' ? () => {} : this.#hold();
  }

  /** Where the call takes place. */
  get room(): CallFieldsFragment['room'] {
    return this.#call.room;
  }

  get media(): CallFieldsFragment['media'] {
    return this.#call.media;
  }

  /** How long it still rings unless somebody answers, in milliseconds, as of now; 0 when it does not ring any more. */
  get remainingMs(): number {
    if (this.#snapshot.state !== 'RINGING') return 0;
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Calls `listener` after each change of the snapshot; returns a function that unsubscribes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener();
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  /** What a page has to show, as of now. The same object until something changes. */
  get snapshot(): OutgoingSnapshot {
    return this.#snapshot;
  }

  /** The snapshot as a function, for React's `useSyncExternalStore(ringing.subscribe, ringing.getSnapshot)`. */
  readonly getSnapshot = (): OutgoingSnapshot => this.#snapshot;

  /**
   * Rings nobody any more who has not answered. If nobody has, the call ends.
   * @throws {RefusedError} `CALL_ANSWERED`, when all have answered; `CALL_ENDED`
   */
  async cancel(): Promise<void> {
    const input = { callId: this.id };
    const call = await this.#client.link.perform(this.id, async (socket) => {
      return unwrap((await socket.execute(CancelCallDocument, { input })).cancelCall).call;
    });
    this.update(call, call.reason);
  }

  /**
   * Waits until somebody answers, and joins the room of the call then, as `client.joinRoom` does, with the same options
   * and errors. `timeoutMs` counts from the answer.
   * @throws {PeerqlError} when the call ends before: `DECLINED`, `BUSY`, `MISSED`, `UNREACHABLE`, `CANCELLED`, …, as the
   * reason of the call
   */
  async join(options: JoinOptions = {}): Promise<Call> {
    checkJoin(this.room.id, options);
    this.#client.warm();
    await this.#answered(options.signal);
    return await this.#client.join(this.room.id, options);
  }

  /** What the server says of it now. An ended call stays ended. */
  update(call: CallFieldsFragment, reason: OutgoingCallEnd | null): void {
    const before = this.#snapshot.state;
    if (before === 'ENDED') return;
    this.#call = call;
    this.#snapshot = snapshotOf(call, reason);
    callEach(this.#listeners, undefined);
    const { state } = this.#snapshot;
    if (state === 'ACTIVE' && before === 'RINGING') this.emit('answered', this.#snapshot);
    if (reason === null) return;
    this.#release();
    this.emit('ended', { reason });
  }

  /** What became of it is not known. */
  lose(): void {
    this.update(this.#call, 'LOST');
  }

  /** Keeps the caller there, without whom the server would cancel the call; with the page, the call ends. */
  #hold(): () => void {
    const { link, abandon } = this.#client;
    const release = link.hold();
    const closed = () => {
      if (this.#snapshot.state === 'RINGING') abandon(this.id);
    };
    // There is none in Node.
    globalThis.addEventListener?.('pagehide', closed);
    return () => {
      globalThis.removeEventListener?.('pagehide', closed);
      release();
    };
  }

  #answered(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        unsubscribe();
        signal?.removeEventListener('abort', aborted);
      };
      const look = () => {
        const { state, reason } = this.#snapshot;
        if (state === 'RINGING') return;
        settle();
        if (reason === null) resolve();
        else reject(new PeerqlError(reason, 'The call ended before it was joined.'));
      };
      const aborted = () => {
        settle();
        reject(signal?.reason);
      };
      const unsubscribe = this.subscribe(look);
      signal?.addEventListener('abort', aborted);
      look();
    });
  }
}

function snapshotOf(call: CallFieldsFragment, reason: OutgoingCallEnd | null): OutgoingSnapshot {
  return { state: reason === null ? call.state : 'ENDED', reason, legs: call.legs };
}
