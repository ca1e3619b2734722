import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { handleProtocols } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SocketTally } from '../../domain/accounts/ports.ts';
import type { Caller } from '../../domain/accounts/sessions.ts';
import type { Clock } from '../../domain/clock.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import type { Operations } from '../../execution/operations.ts';
import type { Services } from '../../graphql/context.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { ClientAddresses } from '../client-address.ts';
import type { HostIdentity } from '../host-identity.ts';
import type { OriginPolicy } from '../origin.ts';
import { normaliseTarget } from '../path.ts';
import type { SessionCookie } from '../session-cookie.ts';
import { userAgentOf } from '../user-agent.ts';
import { CloseCode, isCleanGoodbye, tooManyOf } from './close-codes.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { answerDirectly, complete } from './direct.ts';
import { closeInSlices } from './drain.ts';
import { Heartbeat } from './heartbeat.ts';
import { Protocol } from './protocol.ts';
import { refusalOf, refuseUpgrade } from './refused-upgrade.ts';
import { isServerMessage } from './server-messages.ts';
import { signIn } from './sign-in.ts';
import { Sockets } from './sockets.ts';
import { beginSubscription, type Subscribing } from './subscribing.ts';
import { UnreadWatch } from './unread-watch.ts';
import type { WebSocketLimits } from './websocket-limits.ts';

/** How long a client may take to answer a close frame, in milliseconds. */
const CLOSE_TIMEOUT_MS = 3000;

interface WebSocketSideOptions {
  readonly operations: Operations;
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Logger;
  readonly origins: OriginPolicy;
  readonly cookie: SessionCookie;
  readonly addresses: ClientAddresses;
  /** Whether the client may open another socket in this second. */
  readonly admits: (request: IncomingMessage) => boolean;
  /** Counts the sockets of all nodes; null if this node is alone. */
  readonly tally: SocketTally | null;
  readonly limits: WebSocketLimits;
  readonly counts: Metrics;
  /** The prefix of every path, such as `/api`; may be empty. */
  readonly pathPrefix: string;
  /** Null if no embedding program says who makes a request. */
  readonly identity: HostIdentity | null;
}

/**
 * The WebSocket part of the server: accepts upgrades, runs the protocol on each socket, and closes the sockets that
 * must end.
 */
export class WebSocketSide {
  readonly sockets: Sockets;
  readonly #options: WebSocketSideOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: Protocol;
  readonly #heartbeat: Heartbeat;
  readonly #unread: UnreadWatch;
  readonly #host: ConnectionHost;
  readonly #connections = new WeakMap<WebSocket | Socket, Connection>();
  /** The upgrade requests of connections that an embedding program has not identified yet. */
  readonly #upgrades = new WeakMap<Connection, IncomingMessage>();
  readonly #listeners = this.#makeListeners();
  #draining = false;
  #interrupted = false;

  constructor(options: WebSocketSideOptions) {
    this.#options = options;
    this.sockets = new Sockets(options.tally);
    const { limits, services, clock, counts } = options;
    const { socketBufferBytes, sessionWarningMs } = limits;
    this.#host = { services, clock, socketBufferBytes, counts, sessionWarningMs };
    const serverOptions = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      maxFragments: limits.messageFragments,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols,
    };
    this.#server = new WebSocketServer(serverOptions);
    this.#protocol = new Protocol({
      connectionInitMs: limits.connectionInitMs,
      onConnect: (connection, params) =>
        signIn(connection, params, {
          ...options,
          sockets: this.sockets,
          identify: () => this.#identify(connection),
        }),
    });
    this.#heartbeat = new Heartbeat(this.sockets, limits.heartbeatMs);
    this.#unread = new UnreadWatch(this.sockets, limits.unreadBytes);
    services.sessions.onExtended(({ accountId, sessionId, expiresAt }) => {
      for (const connection of this.sockets.ofSession(accountId, sessionId)) {
        connection.extend(expiresAt);
      }
    });
    services.sessions.onEnded(({ accountId, sessionId }) => {
      for (const connection of this.sockets.ofSession(accountId, sessionId)) {
        connection.close(CloseCode.SignedOut, 'Signed out');
      }
    });
    services.signaling.onRenamed(({ id, name }) => {
      for (const connection of this.sockets.ofAccount(id)) connection.rename(name);
    });
  }

  /** Turns an upgrade into a WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    normaliseTarget(request, this.#options.pathPrefix);
    const isAway = this.#draining || this.#interrupted;
    const refusal =
      refusalOf(request, this.#options) ?? (isAway ? '503 Service Unavailable' : null);
    if (refusal !== null) {
      refuseUpgrade(socket, refusal);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket, request));
  }

  /** Closes the sockets of sessions that were ended elsewhere. */
  review(): Promise<void> {
    return this.#options.services.sessions.review(
      [...this.sockets].flatMap(({ caller }) => caller ?? []),
    );
  }

  /** This node cannot serve: closes every socket with 1012, and refuses upgrades until {@link WebSocketSide.takeUp}. */
  interrupt(): void {
    this.#interrupted = true;
    for (const connection of [...this.sockets]) {
      connection.close(CloseCode.Restarting, 'This server is cut off: reconnect');
    }
  }

  /** Accepts upgrades again. */
  takeUp(): void {
    this.#interrupted = false;
  }

  /** Refuses upgrades from now on. */
  refuseNew(): void {
    this.#draining = true;
  }

  /** Closes every socket with 1012, a slice at a time over `overMs` milliseconds, and waits until all are gone. */
  async drain(overMs: number): Promise<void> {
    this.refuseNew();
    await closeInSlices(this.sockets, overMs, CLOSE_TIMEOUT_MS, this.#options.clock);
    this.#heartbeat.stop();
    this.#unread.stop();
  }

  #open(ws: WebSocket, socket: Socket, request: IncomingMessage): void {
    const { headers } = request;
    const connection = new Connection(ws, socket, this.#host, {
      address: this.#options.addresses.of(request),
      userAgent: userAgentOf(headers),
      cookieToken: this.#options.cookie.read(headers.cookie),
      device: this.#options.cookie.readDevice(headers.cookie),
    });
    ws.on('error', IGNORE);
    if (this.sockets.countOfAddress(connection.address) >= this.#options.limits.socketsPerAddress) {
      ws.close(CloseCode.TooMany, tooManyOf('address', this.#options.limits.socketsPerAddress));
      return;
    }
    this.sockets.add(connection);
    if (this.#options.identity !== null) this.#upgrades.set(connection, request);
    this.#connections.set(ws, connection);
    this.#connections.set(socket, connection);
    connection.onClosed = this.#protocol.opened(connection);
    ws.on('message', this.#listeners.message);
    ws.on('ping', this.#listeners.ping);
    ws.on('pong', this.#listeners.pong);
    ws.on('close', this.#listeners.close);
    socket.on('drain', this.#listeners.drain);
  }

  /**
   * The listeners of all sockets. They find their connection by `this`, because a closure for each socket would cost
   * memory ten thousand times.
   */
  #makeListeners() {
    const side = this;
    return {
      message(this: WebSocket, data: RawData, isBinary: boolean) {
        side.#received(this, data, isBinary);
      },
      ping(this: WebSocket) {
        const pinged = side.#connections.get(this);
        if (pinged !== undefined) side.#floods(pinged);
      },
      pong(this: WebSocket, data: Buffer) {
        const ponged = side.#connections.get(this);
        // Clients may send pongs that nobody asked for (RFC 6455 §5.5.3).
        if (ponged !== undefined && !side.#floods(ponged)) ponged.ponged(data.toString('latin1'));
      },
      close(this: WebSocket, code: number, reason: Buffer) {
        side.#gone(this, code, reason.toString());
      },
      drain(this: Socket) {
        side.#connections.get(this)?.drained();
      },
    };
  }

  async #identify(connection: Connection): Promise<Caller | null> {
    const request = this.#upgrades.get(connection);
    this.#upgrades.delete(connection);
    return (request && (await this.#options.identity?.of(request, connection))) ?? null;
  }

  #received(ws: WebSocket, data: RawData, isBinary: boolean): void {
    const connection = this.#connections.get(ws);
    if (connection === undefined || this.#floods(connection) || connection.closing) return;
    if (isBinary) {
      connection.close(CloseCode.BadMessage, 'Text messages only');
      return;
    }
    const { operations, limits } = this.#options;
    const text = (data as Buffer).toString();
    try {
      const left = answerDirectly(text, connection, operations, limits);
      if (left === null) return;
      if (typeof left === 'string') this.#pass(connection, left);
      else this.#begin(connection, left);
    } catch (error) {
      this.#failed(connection, text, error);
    }
  }

  #pass(connection: Connection, text: string): void {
    if (complete(text, connection)) return;
    connection.receive(text)?.catch((error: unknown) => this.#failed(connection, text, error));
  }

  #begin(connection: Connection, subscribing: Subscribing): void {
    if (this.#draining) {
      connection.closeWhenAnswered(CloseCode.Restarting, 'This server restarts: reconnect');
      return;
    }
    const { subscriptionsPerSocket } = this.#options.limits;
    beginSubscription(connection, subscribing, subscriptionsPerSocket).catch((error: unknown) =>
      this.#failed(connection, '', error),
    );
  }

  /** Closes a socket that sends too many frames, or too many of its address, even after a close; answers whether it does. */
  #floods(connection: Connection): boolean {
    const { limits, clock } = this.#options;
    const now = clock.elapsed();
    const flooding =
      connection.rate.isOver(limits.messagesPerSecond, now) ||
      this.sockets.isFlooding(connection, limits.messagesPerSecondPerAddress, now);
    if (flooding) connection.closeUnread(CloseCode.TooMany, 'Too many messages: slow down');
    return flooding;
  }

  /** A message could not be handled: closes the socket, with a code that says whether to come back. */
  #failed(connection: Connection, text: string, error: unknown): void {
    if (error instanceof UnavailableError) {
      connection.close(CloseCode.TryAgainLater, error.message);
      return;
    }
    // graphql-ws throws a plain error for these, although the client made the mistake.
    if (isServerMessage(text)) {
      connection.close(CloseCode.BadMessage, 'Only a server sends messages of this type');
      return;
    }
    this.#options.log.error({ err: error }, 'A WebSocket message could not be handled');
    connection.close(CloseCode.InternalError, 'Internal error');
  }

  #gone(ws: WebSocket, code: number, reason: string): void {
    const connection = this.#connections.get(ws);
    if (connection === undefined) return;
    this.sockets.remove(connection);
    this.#options.counts.socketClosed(code);
    // If the client closed the socket on purpose, its stays end at once, through graphql-ws. Otherwise they wait for
    // the client to come back.
    const byWish = isCleanGoodbye(code) && !connection.lost;
    connection.gone(byWish ? 'by wish' : 'lost');
    void connection.onClosed?.(code, reason);
  }
}

const IGNORE = () => {};
