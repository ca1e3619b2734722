import type { BackoffOptions } from './backoff.ts';
import { Emitter } from './emitter.ts';
import { PeerqlError } from './errors.ts';
import type { AccountEventsSubscription } from './generated/graphql.ts';
import { AccountEventsDocument } from './generated/operations.ts';
import { onNetworkChange } from './network.ts';
import { Position } from './position.ts';
import { randomId } from './random-id.ts';
import { Reconnecting } from './reconnecting.ts';
import { CloseCode, connectionLost, FINAL_CODES } from './room-end.ts';
import { SendQueue } from './send-queue.ts';
import { renewSession } from './session-renewal.ts';
import { type Closing, Socket, type SocketOptions } from './socket.ts';

/** Any event of an account. */
export type AccountEvent = AccountEventsSubscription['accountEvents'];

/**
 * Whether this client can be rung. `idle` while nobody listens, `connecting` before the first snapshot, `reconnecting`
 * whenever the socket is lost later, `ended` when it cannot be reached any more: nobody is signed in, a guest is, or the
 * user has more devices than the server allows.
 */
export type Reach =
  | {
      readonly state: 'idle' | 'connecting' | 'connected' | 'reconnecting';
      readonly error: null;
    }
  | { readonly state: 'ended'; readonly error: PeerqlError };

interface AccountLinkEvents {
  /** Each event of the account that says something new, once and in order. */
  event: AccountEvent;
  /** At `idle` and `ended`, a listener has to forget the calls and contacts that it knows. */
  reach: Reach;
}

/**
 * How long a device stays after the last listener has gone, so that a page that shows another component is not gone
 * in between. Whoever calls would hang up, and contacts would see the user go and come.
 */
const LINGER_MS = 1_000;
/** A guest, or a session that is limited to one room, cannot be rung. */
const FINAL = new Set([...FINAL_CODES, 'UNAUTHENTICATED', 'FORBIDDEN']);

/**
 * Makes this client a device of its user: the `accountEvents` subscription, held as long as anybody needs it. When a
 * socket is lost, it opens another one and resumes after the last event, without gaps or repeats.
 */
export class AccountLink extends Emitter<AccountLinkEvents> {
  /** Identifies this device. */
  readonly clientKey = randomId();
  readonly #socketOptions: SocketOptions;
  readonly #reconnecting: Reconnecting;
  #position = new Position();
  #sends = new SendQueue<Socket>();
  #reach: Reach = { state: 'idle', error: null };
  #userId: string | null = null;
  #holders = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #forgetNetwork = () => {};
  #socket: Socket | null = null;
  #unsubscribe = () => {};
  #snapshotAt = '';

  constructor(socket: SocketOptions, backoff: BackoffOptions) {
    super();
    this.#socketOptions = socket;
    this.#reconnecting = new Reconnecting(() => this.#connect(), backoff);
  }

  get reach(): Reach {
    return this.#reach;
  }

  /** Who is rung here; null before the server has said so. */
  get userId(): string | null {
    return this.#userId;
  }

  /** Keeps the device there until the returned function is called. */
  hold(): () => void {
    clearTimeout(this.#linger);
    this.#holders += 1;
    const { state } = this.#reach;
    if (state === 'idle' || (state === 'ended' && this.#holders === 1)) this.#begin();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      this.#linger = setTimeout(() => this.#stop({ state: 'idle', error: null }), LINGER_MS);
    };
  }

  /** Somebody else, or nobody, is signed in with this client from now on. */
  signedInAnew(): void {
    if (this.#reach.state === 'idle') return;
    this.#stop({ state: 'idle', error: null });
    if (this.#holders > 0) this.#begin();
  }

  /**
   * Runs an operation until it is answered, on as many sockets as that takes. It must be idempotent. Operations with one
   * key start in the order given.
   */
  async perform<Answer>(
    key: string,
    operation: (socket: Socket) => Promise<Answer>,
  ): Promise<Answer> {
    const release = this.hold();
    try {
      return await this.#sends.send(key, operation);
    } finally {
      release();
    }
  }

  #begin(): void {
    this.#position = new Position();
    this.#snapshotAt = '';
    this.#sends = new SendQueue();
    this.#forgetNetwork = onNetworkChange(() => this.#reconnecting.wake(this.#socket));
    this.#reconnecting.now();
    this.#setReach({ state: 'connecting', error: null });
  }

  #connect(): void {
    const onAcknowledged = (id: unknown) => this.#signedInAs(id);
    const socket = new Socket(this.#socketOptions, { onAcknowledged });
    this.#socket = socket;
    this.#unsubscribe = socket.subscribe(
      AccountEventsDocument,
      { clientKey: this.clientKey, after: this.#position.last },
      {
        next: ({ accountEvents }) => this.#receive(socket, accountEvents),
        failed: (error) => this.#failed(socket, error),
        completed: () => this.#completed(socket),
      },
    );
    void socket.closed.then((closing) => this.#closed(socket, closing));
  }

  /** The cookie may belong to somebody else by now: what one user has asked is not done as another. */
  #signedInAs(id: unknown): void {
    if (typeof id !== 'string' || id === this.#userId) return;
    if (this.#userId !== null) {
      this.#sends.close(signedOut('Somebody else is signed in now.'));
      this.#sends = new SendQueue();
    }
    this.#userId = id;
  }

  #receive(socket: Socket, event: AccountEvent): void {
    if (this.#socket !== socket || !this.#position.accept(event)) return;
    if (event.__typename === 'SessionExpiring') void renewSession(socket);
    if (event.__typename === 'AccountSnapshot') this.#snapshotAt = event.at;
    // After a resume, what happened before the snapshot comes after it, and is in it: nothing rings again. Only the ends
    // of calls are not.
    else if (event.at < this.#snapshotAt && event.__typename !== 'CallEnded') return;
    this.emit('event', event);
    // A listener may have signed out.
    if (this.#socket !== socket || event.__typename !== 'AccountSnapshot') return;
    this.#sends.open(socket);
    this.#setReach({ state: 'connected', error: null });
  }

  #failed(socket: Socket, error: PeerqlError): void {
    if (this.#socket !== socket) return;
    // The close code of a lost socket says more; `closed` handles it.
    if (error.code === 'NETWORK') return;
    if (FINAL.has(error.code)) this.#stop({ state: 'ended', error });
    else this.#lost(socket, error);
  }

  /**
   * The server completes a subscription without a reason only when another device has taken its place. Coming back would
   * evict that one, which would come back too, and so on.
   */
  #completed(socket: Socket): void {
    if (this.#socket !== socket) return;
    if (this.#reach.state !== 'connected') this.#lost(socket);
    else {
      const error = new PeerqlError('REPLACED', 'Another device has taken the place of this one.');
      this.#stop({ state: 'ended', error });
    }
  }

  #closed(socket: Socket, { code, reason }: Closing): void {
    if (this.#socket !== socket) return;
    if (code === CloseCode.SignedOut) this.#stop({ state: 'ended', error: signedOut(reason) });
    else if (code === CloseCode.BadMessage) {
      const error = new PeerqlError('PROTOCOL', reason || 'Bad message.');
      this.#stop({ state: 'ended', error });
    } else this.#lost(socket);
  }

  #lost(socket: Socket, why: PeerqlError = connectionLost()): void {
    if (this.#socket !== socket) return;
    this.#release()?.abandon();
    this.#reconnecting.later(why);
    if (this.#reach.state === 'connected') this.#setReach({ state: 'reconnecting', error: null });
  }

  #stop(reach: Reach): void {
    clearTimeout(this.#linger);
    this.#forgetNetwork();
    this.#reconnecting.stop();
    const socket = this.#release();
    this.#unsubscribe();
    socket?.close();
    this.#userId = null;
    this.#setReach(reach);
    this.#sends.close(reach.error ?? new PeerqlError('ENDED', 'Nobody listens any more.'));
  }

  /** Drops the socket and ignores everything it still delivers. */
  #release(): Socket | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#sends.suspend();
    return socket;
  }

  #setReach(reach: Reach): void {
    if (this.#reach.state === reach.state && this.#reach.error === reach.error) return;
    this.#reach = reach;
    this.emit('reach', reach);
  }
}

function signedOut(reason: string): PeerqlError {
  return new PeerqlError('UNAUTHENTICATED', reason || 'Signed out.');
}
