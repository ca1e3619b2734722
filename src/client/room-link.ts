import { Emitter } from './emitter.ts';
import { type PeerqlError, RateLimitedError, refusal, tooBig, unwrap } from './errors.ts';
import type { IceCandidateInput, MediaStateInput } from './generated/graphql.ts';
import {
  RoomEventsDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
  SetMediaDocument,
} from './generated/operations.ts';
import { onNetworkChange } from './network.ts';
import { Position } from './position.ts';
import { randomId } from './random-id.ts';
import { Reconnecting } from './reconnecting.ts';
import {
  CloseCode,
  callIsOver,
  connectionLost,
  FINAL_CODES,
  failed,
  gone,
  goneOneself,
  type RoomEnd,
  signedOut,
  tooMany,
} from './room-end.ts';
import type { RoomEvent, RoomLinkEvents, RoomLinkState, RoomSnapshot } from './room-link-events.ts';
import type { RoomLinkOptions } from './room-link-options.ts';
import { EVERYBODY, SendQueue } from './send-queue.ts';
import { renewSession } from './session-renewal.ts';
import { type Closing, Socket } from './socket.ts';

/**
 * How many times in a row a join is tried while the server allows no further socket: sockets of the previous page may
 * still be closing.
 */
const TOO_MANY_TRIES = 3;

/**
 * A stay in a room without media: the `roomEvents` subscription and the sends. When a socket is lost, it opens another one
 * and resumes after the last event, without gaps or repeats; unanswered sends are sent again with the same `signalId`.
 * It ends only when `leave` is called, when the server ends it, or when nobody is signed in any more.
 * @example
 * const link = client.openRoom(roomId);
 * link.on('event', (event) => console.log(event.__typename));
 */
export class RoomLink extends Emitter<RoomLinkEvents> {
  readonly #options: RoomLinkOptions;
  readonly #clientKey: string;
  readonly #position = new Position();
  readonly #sends = new SendQueue<Socket>();
  readonly #forgetNetwork: () => void;
  readonly #reconnecting: Reconnecting;
  #state: RoomLinkState = 'connecting';
  #socket: Socket | null = null;
  #unsubscribe: () => void = () => {};
  #selfId: string | null = null;
  #userId: string | null = null;
  #tooMany = 0;

  constructor(options: RoomLinkOptions) {
    super();
    this.#options = options;
    this.#clientKey = options.clientKey ?? randomId();
    this.#reconnecting = new Reconnecting(() => this.#connect(), options.backoff);
    this.#forgetNetwork = onNetworkChange(() => this.#reconnecting.wake(this.#socket));
    this.#reconnecting.now();
  }

  get state(): RoomLinkState {
    return this.#state;
  }

  get roomId(): string {
    return this.#options.roomId;
  }

  /**
   * Runs an operation until it is answered, on as many sockets as that takes. The operation must be idempotent, because
   * it may run twice.
   * @param to the addressee, or null for everybody; operations for one addressee start in the order given
   */
  perform<Answer>(
    to: string | null,
    operation: (socket: Socket) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#sends.send(to ?? EVERYBODY, operation);
  }

  /** Resolves when the server has accepted it; rejects when it never will. */
  sendOffer(to: string, sdp: string): Promise<void> {
    const input = { roomId: this.#options.roomId, to, sdp, signalId: randomId() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendOfferDocument, { input })).sendOffer);
    });
  }

  /** Resolves when the server has accepted it; rejects when it never will. */
  sendAnswer(to: string, sdp: string): Promise<void> {
    const input = { roomId: this.#options.roomId, to, sdp, signalId: randomId() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendAnswerDocument, { input })).sendAnswer);
    });
  }

  /** Resolves when the server has accepted them; rejects when it never will. */
  sendIceCandidates(to: string, candidates: readonly IceCandidateInput[]): Promise<void> {
    const { roomId } = this.#options;
    const input = { roomId, to, candidates: [...candidates], signalId: randomId() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendIceCandidatesDocument, { input })).sendIceCandidates);
    });
  }

  /** Tells the others which media are on. Resolves when the server has accepted it; rejects when it never will. */
  setMedia(media: MediaStateInput): Promise<void> {
    const input = { roomId: this.#options.roomId, ...media };
    return this.#sends.send(EVERYBODY, async (socket) => {
      unwrap((await socket.execute(SetMediaDocument, { input })).setMedia);
    });
  }

  /** Call this when the connection may be dead: a live one is checked, and a lost one is retried at once. */
  probe(): void {
    if (this.#state !== 'ended') this.#reconnecting.wake(this.#socket);
  }

  /** Leaves the room at once. Without a connection the server is told over HTTP, if it can be reached. */
  leave(): void {
    const { leaveRoom, roomId } = this.#options;
    if (this.#state === 'reconnecting' && this.#selfId !== null) {
      leaveRoom?.(roomId, this.#selfId).catch(() => {});
    }
    this.#end({ reason: 'LEFT', error: null });
  }

  #connect(): void {
    const warm = this.#position.last === null ? this.#options.takeSocket?.() : null;
    const onAcknowledged = (id: unknown) => this.#mustBe(id);
    const socket = warm ?? new Socket(this.#options.socket, { onAcknowledged });
    this.#socket = socket;
    const after = this.#position.last;
    this.#unsubscribe = socket.subscribe(
      RoomEventsDocument,
      {
        ...this.#options.joinWith?.(after === null),
        roomId: this.#options.roomId,
        clientKey: this.#clientKey,
        ...(after === null ? {} : { after }),
      },
      {
        next: ({ roomEvents }) => this.#receive(socket, roomEvents),
        failed: (error) => this.#failed(socket, error),
        completed: () => this.#completed(socket),
      },
    );
    void socket.closed.then((closing) => this.#closed(socket, closing));
  }

  #closed(socket: Socket, { code, reason }: Closing): void {
    if (this.#socket !== socket) return;
    const full = code === CloseCode.TooMany && !socket.acknowledged;
    this.#tooMany = full ? this.#tooMany + 1 : 0;
    if (code === CloseCode.SignedOut) this.#end(signedOut(reason));
    else if (code === CloseCode.BadMessage) this.#end(failed(reason || 'Bad message.'));
    // Before anything is sent, only the join itself can be too big.
    else if (code === CloseCode.TooBig && this.#state !== 'connected') {
      this.#end(failed(reason || 'Too big a message.'));
    } else if (full && this.#selfId === null && this.#tooMany >= TOO_MANY_TRIES) {
      this.#end({ reason: 'REFUSED', error: tooMany(reason) });
    } else {
      if (code === CloseCode.TooBig) this.#sends.refuseInFlight(tooBig());
      this.#lost(socket, full ? tooMany(reason) : connectionLost());
    }
  }

  /**
   * The server completes a subscription without a last event only when another connection has resumed this stay with
   * the same client key. Coming back would evict that connection, which would come back too, and so on.
   */
  #completed(socket: Socket): void {
    if (this.#socket !== socket) return;
    if (this.#state === 'connected') this.#end({ reason: 'REPLACED', error: null });
    else this.#lost(socket);
  }

  /** The cookie may belong to somebody else by now: a call that one person joined does not continue as another. */
  #mustBe(userId: unknown): void {
    if (this.#userId === null || userId === undefined || userId === this.#userId) return;
    this.#end(signedOut('Somebody else is signed in now.'));
  }

  #receive(socket: Socket, event: RoomEvent): void {
    if (this.#socket !== socket || !this.#position.accept(event)) return;
    if (event.__typename === 'JoinRefused') {
      const error = refusal(event.error);
      if (error instanceof RateLimitedError) this.#lost(socket, error);
      else this.#end({ reason: 'REFUSED', error });
      return;
    }
    if (event.__typename === 'KnockPending') this.#setState('waiting');
    if (event.__typename === 'SessionExpiring') void renewSession(socket);
    if (event.__typename === 'RoomSnapshot') this.#enter(socket, event);
    if (event.__typename === 'ParticipantLeft') this.#sends.drop(event.participant.id, gone());
    // A listener may have left the room.
    if (this.#socket !== socket) return;
    this.emit('event', event);
    if (event.__typename === 'RoomClosed') this.#end({ reason: event.reason, error: null });
    // After being away too long a new stay can be made; after any other end it cannot.
    if (event.__typename === 'ParticipantLeft' && event.participant.id === this.#selfId) {
      if (event.reason === 'DISCONNECTED') this.#lost(socket);
      else if (event.reason === 'SIGNED_OUT') this.#end(signedOut(''));
      else this.#end({ reason: event.reason, error: null });
    }
  }

  #enter(socket: Socket, snapshot: RoomSnapshot): void {
    this.#mustBe(snapshot.self.user.id);
    if (this.#socket !== socket) return;
    this.#userId = snapshot.self.user.id;
    if (this.#selfId !== snapshot.self.id) this.#sends.renew(gone(), goneOneself());
    this.#selfId = snapshot.self.id;
    this.#sends.open(socket);
    this.#setState('connected');
  }

  #failed(socket: Socket, error: PeerqlError): void {
    if (this.#socket !== socket) return;
    if (error.code === 'UNAUTHENTICATED') this.#end({ reason: 'SIGNED_OUT', error });
    // The close code of a lost socket says more; `closed` handles it.
    else if (error.code === 'NETWORK') return;
    else if (FINAL_CODES.has(error.code)) this.#end({ reason: 'FAILED', error });
    else this.#lost(socket, error);
  }

  #lost(socket: Socket, why: PeerqlError = connectionLost()): void {
    if (this.#socket !== socket || this.#state === 'ended') return;
    this.#release()?.abandon();
    this.#reconnecting.later(why);
    if (this.#state === 'connected') this.#setState('reconnecting');
    // A listener may have left.
    if (this.#reconnecting.isWaiting) this.emit('setback', why);
  }

  #end(end: RoomEnd): void {
    if (this.#state === 'ended') return;
    this.#forgetNetwork();
    this.#reconnecting.stop();
    const socket = this.#release();
    // A join that was not sent yet is never sent.
    this.#unsubscribe();
    socket?.close();
    this.#sends.close(callIsOver());
    this.#setState('ended');
    this.emit('end', end);
  }

  /** Drops the socket and ignores everything it still delivers. */
  #release(): Socket | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#sends.suspend();
    return socket;
  }

  #setState(state: RoomLinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', state);
  }
}
