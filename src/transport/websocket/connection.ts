import type { Socket } from 'node:net';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { withHold } from '../../domain/accounts/holding.ts';
import type { Caller } from '../../domain/accounts/sessions.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Hold } from '../../domain/log.ts';
import type { Context, Services } from '../../graphql/context.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { CloseCode, fitting } from './close-codes.ts';
import type { EventStream } from './event-stream.ts';
import { FrameWriter, toWire, type Wire } from './frame-writer.ts';
import { MessageRate } from './message-rate.ts';
import { SocketSession } from './socket-session.ts';

/** States of a WebSocket (HTML standard, `readyState`). */
const OPEN = 1;
const CLOSED = 3;
/** After this many events a ping goes out beside the heartbeat, so that a busy reader's resume need not reach far back. */
const PROVE_EVERY = 128;
/** A reader that is slower than this, in bytes a second, may be treated as dead. */
const SLOWEST_BYTES_PER_SECOND = 8000;

const NO_STREAMS: readonly EventStream[] = [];

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly services: Services;
  readonly clock: Clock;
  /** Bytes that may wait in the socket. */
  readonly socketBufferBytes: number;
  readonly counts: Metrics;
  /** How long before the end of a session its streams are told, in milliseconds. */
  readonly sessionWarningMs: number;
}

/** One WebSocket: the socket of graphql-ws, and the context of its operations. It is small: no closure, no timer. */
export class Connection implements ProtocolSocket, Context {
  readonly exchange = null;
  readonly userAgent: string | null;
  readonly address: string;
  /** The id of its device cookie; null if it has none. */
  readonly device: string | null;
  /** The session cookie of the upgrade request; forgotten once it is read. */
  cookieToken: string | null;
  /** Whether its operations may run. */
  acknowledged = false;
  /** Ids of queries and mutations while they run. */
  answering: Set<string> | null = null;
  /** Tells the protocol core that the socket has closed. */
  onClosed: ((code: number, reason: string) => Promise<void>) | null = null;
  /** Heartbeats since the client last answered a ping. */
  unansweredPings = 0;
  /** Its subscriptions. Replaced by another array at each change. */
  streams: readonly EventStream[] = NO_STREAMS;
  /** What its client sends. */
  readonly rate = new MessageRate();
  #pings = 0;
  /** The ping whose answer proves that what was sent before it has arrived; 0 when none is under way. */
  #provingPing = 0;
  /** Events sent after that ping, or since the last proof. */
  #unproved = 0;
  readonly #ws: WebSocket;
  readonly #frames: FrameWriter;
  readonly #host: ConnectionHost;
  readonly #session = new SocketSession();
  #receive: ((text: string) => Promise<void>) | null = null;
  #closing = false;
  #lost = false;
  /** The close that waits for the last answers. */
  #pendingClose: { code: number; reason: string } | null = null;

  constructor(
    ws: WebSocket,
    socket: Socket,
    host: ConnectionHost,
    origin: {
      address: string;
      userAgent: string | null;
      cookieToken: string | null;
      device: string | null;
    },
  ) {
    this.#ws = ws;
    this.#frames = new FrameWriter(socket, this);
    this.#host = host;
    this.address = origin.address;
    this.device = origin.device;
    this.userAgent = origin.userAgent;
    this.cookieToken = origin.cookieToken;
  }

  get services(): Services {
    return this.#host.services;
  }

  /** Who is signed in on this socket now. */
  get caller(): Caller | null {
    return this.isExpired() ? null : this.#session.caller;
  }

  get sessionId(): string | null {
    return this.#session.caller?.sessionId ?? null;
  }

  get accountId(): string | null {
    return this.#session.caller?.accountId ?? null;
  }

  /** Whether messages are ignored: this server has begun to close it, or it is closed. */
  get closing(): boolean {
    return this.#closing || this.#pendingClose !== null;
  }

  /** Whether it ends although its client did not ask for that: its stays wait for the client to come back. */
  get lost(): boolean {
    return this.#lost;
  }

  signIn(caller: Caller): void {
    this.#session.begin(caller, this.#host.clock, this.#host.sessionWarningMs);
  }

  /** Its session has been extended. */
  extend(expiresAt: Date): void {
    const { caller } = this.#session;
    if (caller !== null) this.signIn({ ...caller, expiresAt });
  }

  signOut(why: string): void {
    this.closeWhenAnswered(CloseCode.SignedOut, why);
  }

  /** Sets the hold that it acts by in a room from now on; null: it acts as the participant that its user is now. */
  setHold(roomId: string, hold: Hold | null): void {
    this.#session.change((caller) => withHold(caller, roomId, hold));
  }

  /** Changes the name of the caller. */
  rename(name: string): void {
    this.#session.change((caller) => ({ ...caller, name }));
  }

  isExpired(): boolean {
    return this.#session.isExpired(this.#host.clock);
  }

  /** If the session ends soon, tells the streams once, so that the client can extend it. */
  warnOfExpiry(): void {
    const { clock } = this.#host;
    const expiresAt = this.streams.length === 0 ? null : this.#session.takeWarning(clock);
    if (expiresAt === null) return;
    for (const stream of this.streams) stream.tellExpiring(expiresAt, clock.now());
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  onMessage(receive: (text: string) => Promise<void>): void {
    this.#receive = receive;
  }

  send(message: string): void {
    if (this.#ws.readyState !== OPEN) return;
    this.#frames.send(toWire(message));
    if (this.hasRoom()) return;
    // A client that does not read its answers is not read either, not even its pongs.
    this.#frames.flushWhole();
    this.#ws.pause();
  }

  /** Begins to close the socket. Its stays wait for their client, and what it still sends is ignored. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#lose();
    if (this.#ws.isPaused) this.#ws.resume();
    this.#frames.flushWhole();
    this.#ws.close(code, fitting(reason));
  }

  /** As {@link Connection.close}, and nothing more is read from the socket, not even the answer to the close. */
  closeUnread(code: number, reason: string): void {
    this.close(code, reason);
    this.#ws.pause();
  }

  /** Closes a socket whose client reads too slowly. */
  closeTooSlow(): void {
    this.#frames.drop();
    this.#host.counts.mailboxOverflows += 1;
    this.close(CloseCode.TryAgainLater, 'Too slow: reconnect and resume');
  }

  /** As {@link Connection.close}, but running operations are answered first; new messages are ignored. */
  closeWhenAnswered(code: number, reason: string): void {
    if ((this.answering?.size ?? 0) === 0) this.close(code, reason);
    else this.#pendingClose ??= { code, reason };
  }

  /** Notes that an operation has its result; answers whether the client still waits for it. */
  answered(id: string): boolean {
    return this.answering?.delete(id) === true;
  }

  /** Closes it if that waited for the last answer. */
  closeIfDue(): void {
    const pending = this.#pendingClose;
    if (pending !== null && this.answering?.size === 0) this.close(pending.code, pending.reason);
  }

  /** Passes a message to the protocol core; rejects if that fails. */
  receive(text: string): Promise<void> | undefined {
    return this.#receive?.(text);
  }

  /** Sends one event; `opening` is the message up to its payload. Answers whether the socket takes more at once. */
  sendNext(opening: Wire, payload: Wire): boolean {
    if (this.#ws.readyState === OPEN) this.#frames.send(`${opening}${payload}}` as Wire);
    this.#host.counts.eventsSent += 1;
    this.#unproved += 1;
    if (this.#unproved >= PROVE_EVERY && this.#provingPing === 0) this.#sendPing();
    return this.hasRoom();
  }

  /** Bytes that wait in the socket. */
  get bufferedBytes(): number {
    return this.#frames.waitingBytes;
  }

  /** Bytes that wait for the client, in the socket and in its subscriptions. */
  get unreadBytes(): number {
    return this.streams.reduce((sum, stream) => sum + stream.waitingBytes, this.bufferedBytes);
  }

  hasRoom(): boolean {
    return this.#frames.hasRoom(this.#host.socketBufferBytes);
  }

  /** The bytes that waited in the socket have been sent. */
  drained(): void {
    if (this.#ws.isPaused && !this.#closing) this.#ws.resume();
    for (const stream of this.streams) stream.resume();
  }

  /** How much longer than usual the answer to a ping may take because it is behind a long frame, in milliseconds. */
  get readingMs(): number {
    return (this.#frames.longUnproved / SLOWEST_BYTES_PER_SECOND) * 1000;
  }

  /** Sends a heartbeat. A client that answers none of several is dead. */
  ping(): void {
    this.unansweredPings += 1;
    this.#sendPing();
  }

  /** @param ping the payload of the ping that is answered; a client may leave out older ones (RFC 6455 §5.5.3) */
  ponged(ping: string): void {
    this.unansweredPings = 0;
    this.#frames.ponged(ping);
    if (this.#provingPing === 0 || !(Number(ping) >= this.#provingPing)) return;
    this.#provingPing = 0;
    for (const stream of this.streams) stream.ponged();
  }

  #sendPing(): void {
    this.#pings += 1;
    if (this.#provingPing === 0) {
      this.#provingPing = this.#pings;
      this.#unproved = 0;
      for (const stream of this.streams) stream.pinged();
    }
    if (this.#ws.readyState === OPEN) this.#frames.ping(String(this.#pings));
  }

  /** The socket has closed, by the client's wish or because its connection was lost. Nothing can be sent any more. */
  gone(how: 'by wish' | 'lost'): void {
    this.#closing = true;
    this.#receive = null;
    this.acknowledged = false;
    if (how === 'lost') this.#lose();
    else for (const stream of this.streams) stream.complete();
  }

  #lose(): void {
    this.#lost = true;
    for (const stream of this.streams) stream.lose();
  }

  /** Ends the connection at once, without a close frame, for a client that does not read. */
  terminate(): void {
    this.#closing = true;
    this.#lost = true;
    if (this.#ws.readyState !== CLOSED) this.#ws.terminate();
  }
}
