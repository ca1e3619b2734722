import { type BackoffOptions, backoffMs } from './backoff.ts';
import { Emitter } from './emitter.ts';
import { PeerqlError, RateLimitedError, RefusedError, refusal, unwrap } from './errors.ts';
import {
  type EndReason,
  type IceCandidateInput,
  type MediaStateInput,
  RoomEventsDocument,
  type RoomEventsSubscription,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
  SetMediaDocument,
} from './generated/graphql.ts';
import { onNetworkChange } from './network.ts';
import { Position } from './position.ts';
import { SendQueue } from './send-queue.ts';
import { Socket, type SocketOptions } from './socket.ts';

/** Everything that a room tells. */
export type RoomEvent = RoomEventsSubscription['roomEvents'];
export type RoomSnapshot = Extract<RoomEvent, { __typename: 'RoomSnapshot' }>;

/**
 * `connecting` before the first snapshot, `waiting` while the host has not let one in yet, `reconnecting` whenever the
 * socket is gone later.
 */
export type RoomLinkState = 'connecting' | 'waiting' | 'connected' | 'reconnecting' | 'ended';

/** Why it is over, for good. */
export interface RoomEnd {
  /** REFUSED: the server does not let this participant in; FAILED: client and server do not fit together. */
  readonly reason: EndReason | 'REFUSED' | 'FAILED';
  /** For REFUSED, FAILED and SIGNED_OUT, what exactly; null otherwise. */
  readonly error: PeerqlError | null;
}

export interface RoomLinkOptions {
  readonly roomId: string;
  readonly socket: SocketOptions;
  /** A socket that is open already, for the first connection. Default: none. */
  readonly takeSocket?: () => Socket | null;
  /** Names this place in the room over reconnects. Default: random. */
  readonly clientKey?: string;
  /** Take the place over when the same user is in the room elsewhere. Default false. */
  readonly takeOver?: boolean;
  /** What others are told of the media at a (re-)join. Default: nothing is on. */
  readonly media?: () => MediaStateInput;
  readonly backoff?: BackoffOptions;
  /**
   * Ends a stay by another way than the socket, for leaving while there is none; a failure is not told. Default:
   * none, and such a stay ends after the server's grace.
   */
  readonly leaveRoom?: (roomId: string, participantId: string) => Promise<void>;
}

export interface RoomLinkEvents {
  state: RoomLinkState;
  /** Each event of the room once, in order. */
  event: RoomEvent;
  end: RoomEnd;
}

/** A socket that held this long counts as good: the next reconnect starts without a wait again. */
const STABLE_MS = 5_000;
/** The addressee of what is told to the whole room. */
const EVERYBODY = '';
const SIGNED_OUT = 4401;
const BAD_MESSAGE = 4400;

/**
 * Being in a room, without media: the `roomEvents` subscription and the sends that go with it, over as many
 * sockets as it takes. A lost socket is replaced without an end and without a gap: the subscription resumes after
 * the last event read, repeats are dropped, and sends without an answer go out again under the same `signalId`.
 * It ends only when it is left, when the server says so, or when nobody is signed in any more.
 */
export class RoomLink extends Emitter<RoomLinkEvents> {
  readonly #options: RoomLinkOptions;
  readonly #clientKey: string;
  readonly #position = new Position();
  readonly #sends = new SendQueue<Socket>();
  readonly #forgetNetwork: () => void;
  #state: RoomLinkState = 'connecting';
  #socket: Socket | null = null;
  #unsubscribe: () => void = () => {};
  #selfId: string | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #openedAt = 0;

  constructor(options: RoomLinkOptions) {
    super();
    this.#options = options;
    this.#clientKey = options.clientKey ?? crypto.randomUUID();
    this.#forgetNetwork = onNetworkChange(() => this.#wake());
    this.#connect();
  }

  get state(): RoomLinkState {
    return this.#state;
  }

  get roomId(): string {
    return this.#options.roomId;
  }

  /**
   * Runs what has to be done until it is answered, on as many sockets as it takes: it has to bear being done twice.
   * @param to whom it is for; what is for the same one is begun in the order given. Null: everybody
   */
  perform<Answer>(
    to: string | null,
    operation: (socket: Socket) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#sends.send(to ?? EVERYBODY, operation);
  }

  /** Resolves when the server has accepted it; rejects when it never will. */
  sendOffer(to: string, sdp: string): Promise<void> {
    const input = { roomId: this.#options.roomId, to, sdp, signalId: crypto.randomUUID() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendOfferDocument, { input })).sendOffer);
    });
  }

  /** Resolves when the server has accepted it; rejects when it never will. */
  sendAnswer(to: string, sdp: string): Promise<void> {
    const input = { roomId: this.#options.roomId, to, sdp, signalId: crypto.randomUUID() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendAnswerDocument, { input })).sendAnswer);
    });
  }

  /** Resolves when the server has accepted them; rejects when it never will. */
  sendIceCandidates(to: string, candidates: readonly IceCandidateInput[]): Promise<void> {
    const { roomId } = this.#options;
    const input = { roomId, to, candidates: [...candidates], signalId: crypto.randomUUID() };
    return this.#sends.send(to, async (socket) => {
      unwrap((await socket.execute(SendIceCandidatesDocument, { input })).sendIceCandidates);
    });
  }

  /** Tells the others what is on. Resolves when the server has accepted it; rejects when it never will. */
  setMedia(media: MediaStateInput): Promise<void> {
    const input = { roomId: this.#options.roomId, ...media };
    return this.#sends.send(EVERYBODY, async (socket) => {
      unwrap((await socket.execute(SetMediaDocument, { input })).setMedia);
    });
  }

  /** Something suggests that the connection is dead: finds out soon, or comes back at once where it is known. */
  probe(): void {
    if (this.#state !== 'ended') this.#wake();
  }

  /** Leaves the room, at once. Without a connection the server is told by HTTP, if it can be reached. */
  leave(): void {
    const { leaveRoom, roomId } = this.#options;
    if (this.#state === 'reconnecting' && this.#selfId !== null) {
      leaveRoom?.(roomId, this.#selfId).catch(() => {});
    }
    this.#end({ reason: 'LEFT', error: null });
  }

  #connect(): void {
    this.#retry = null;
    const warm = this.#position.last === null ? this.#options.takeSocket?.() : null;
    const socket = warm ?? new Socket(this.#options.socket);
    this.#socket = socket;
    this.#openedAt = Date.now();
    const after = this.#position.last;
    this.#unsubscribe = socket.subscribe(
      RoomEventsDocument,
      {
        roomId: this.#options.roomId,
        clientKey: this.#clientKey,
        ...(after === null ? {} : { after }),
        // Only to get in: after that, whoever takes this place over may keep it.
        takeOver: this.#options.takeOver === true && after === null,
        media: this.#options.media?.() ?? {},
      },
      {
        next: ({ roomEvents }) => this.#receive(socket, roomEvents),
        failed: (error) => this.#failed(socket, error),
        completed: () => this.#lost(socket),
      },
    );
    void socket.closed.then(({ code, reason }) => {
      if (this.#socket !== socket) return;
      if (code === SIGNED_OUT) this.#end(signedOut(reason));
      else if (code === BAD_MESSAGE) this.#end(failed(reason || 'Bad message.'));
      else this.#lost(socket);
    });
  }

  #receive(socket: Socket, event: RoomEvent): void {
    if (this.#socket !== socket || !this.#position.accept(event)) return;
    if (event.__typename === 'JoinRefused') {
      const error = refusal(event.error);
      if (error instanceof RateLimitedError) this.#lost(socket, error.retryAfter * 1_000);
      else this.#end({ reason: 'REFUSED', error });
      return;
    }
    if (event.__typename === 'KnockPending') this.#setState('waiting');
    if (event.__typename === 'RoomSnapshot') this.#enter(socket, event);
    if (event.__typename === 'ParticipantLeft') this.#sends.drop(event.participant.id, gone());
    this.emit('event', event);
    if (event.__typename === 'RoomClosed') this.#end({ reason: event.reason, error: null });
    // A stay that ended for being away can be made anew, the others cannot.
    if (event.__typename === 'ParticipantLeft' && event.participant.id === this.#selfId) {
      if (event.reason !== 'DISCONNECTED') this.#end({ reason: event.reason, error: null });
    }
  }

  #enter(socket: Socket, snapshot: RoomSnapshot): void {
    if (this.#selfId !== snapshot.self.id) this.#sends.clear(gone());
    this.#selfId = snapshot.self.id;
    this.#setState('connected');
    this.#sends.open(socket);
  }

  #failed(socket: Socket, error: PeerqlError): void {
    if (this.#socket !== socket) return;
    if (error.code === 'UNAUTHENTICATED') this.#end({ reason: 'SIGNED_OUT', error });
    // A lost socket has a close code that says more; it is told by `closed`.
    else if (error.code === 'NETWORK') return;
    else if (FINAL_CODES.has(error.code)) this.#end({ reason: 'FAILED', error });
    else this.#lost(socket);
  }

  #lost(socket: Socket, atLeastMs = 0): void {
    if (this.#socket !== socket || this.#state === 'ended') return;
    this.#release()?.abandon();
    if (Date.now() - this.#openedAt >= STABLE_MS) this.#attempt = 0;
    if (this.#state === 'connected') this.#setState('reconnecting');
    const waitMs = atLeastMs + backoffMs(this.#attempt, this.#options.backoff);
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  /** The network has changed or come back: tries at once instead of waiting for what was planned. */
  #wake(): void {
    if (this.#retry !== null) {
      clearTimeout(this.#retry);
      this.#connect();
    } else {
      this.#socket?.probe();
    }
  }

  #end(end: RoomEnd): void {
    if (this.#state === 'ended') return;
    this.#forgetNetwork();
    if (this.#retry !== null) clearTimeout(this.#retry);
    const socket = this.#release();
    // Where the join has not been sent yet it never is.
    this.#unsubscribe();
    socket?.close();
    this.#sends.clear(new PeerqlError('ENDED', 'The call is over.'));
    this.#setState('ended');
    this.emit('end', end);
  }

  /** Lets go of the socket, and of all that it still tells. */
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

/** What a retry cannot mend: this client and this server do not speak the same schema. */
const FINAL_CODES = new Set([
  'BAD_REQUEST',
  'DOCUMENT_TOO_BIG',
  'INVALID_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
]);

function gone(): RefusedError {
  return new RefusedError('PEER_NOT_IN_ROOM', 'The addressee is not in this room any more.');
}

function signedOut(reason: string): RoomEnd {
  const error = new PeerqlError('UNAUTHENTICATED', reason || 'Signed out.');
  return { reason: 'SIGNED_OUT', error };
}

function failed(message: string): RoomEnd {
  return { reason: 'FAILED', error: new PeerqlError('PROTOCOL', message) };
}
