import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type Client, createClient } from 'graphql-ws/client';
import {
  type GraphQLErrorLike,
  NetworkError,
  type PeerqlError,
  requestError,
  tooBig,
} from './errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Operation, operationOf } from './operation.ts';
import { withoutThrowing } from './socket-class.ts';

/** Where WebSockets connect to, and how. */
export interface SocketOptions {
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** A bearer or connection token; null for the cookie. */
  readonly token: () => Promise<string | null>;
  /** Asks for a fresh token; null when there is no function to ask. Default: none. */
  readonly freshToken?: () => Promise<string | null>;
  /** The WebSocket class. Default: the environment's. */
  readonly webSocket?: unknown;
}

/** How a WebSocket ended. The code is 1006 when it broke or never opened. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** The callbacks of a subscription. The last call is exactly one of `failed` and `completed`. */
export interface SubscriptionHandlers<Data> {
  next(data: Data): void;
  /** It ended with an error, or the connection was lost ({@link NetworkError}). */
  failed(error: PeerqlError): void;
  completed(): void;
}

/**
 * How long it may take until the WebSocket is open. Where the line was cut, packets are sent again after 1, 3 and 7 s, and
 * then a new attempt notices sooner that it is back. It cannot be much shorter: Firefox delays attempts after failures.
 */
const OPEN_WAIT_MS = 8_000;
/** How long it may take from then until the server's `connection_ack`. */
const ACKNOWLEDGED_WAIT_MS = 10_000;
/** How long the client waits after a missed heartbeat of the server before it asks. */
const QUIET_MARGIN_MS = 2_000;
const DEFAULT_HEARTBEAT_SECONDS = 8;
const ANSWER_MS = 4_000;
/** The message size that a server accepts if it does not say. */
const DEFAULT_MESSAGE_BYTES = 65_536;
/** The most that graphql-transport-ws adds around an operation. */
const ENVELOPE_BYTES = 128;
/** The same when there is a reason to believe that the connection is dead. */
const PROBE_MS = 1_000;

/** How a socket is used. */
export interface SocketUse {
  /** Opens the socket at once, not only when something is to be sent. */
  readonly eager?: boolean;
  /** Called with the account that is signed in, before anything is sent; undefined when the server does not say. */
  readonly onAcknowledged?: (accountId: unknown) => void;
}

/** One WebSocket that speaks graphql-transport-ws, from its opening to its end. It never reconnects by itself. */
export class Socket {
  /** Resolves once, when the socket is gone or could not be opened. */
  readonly closed: Promise<Closing>;
  /** Resolves once the server has accepted the connection; never if it does not. */
  readonly signedIn: Promise<void>;
  readonly #client: Client;
  #ended = false;
  #heartbeat: Heartbeat | null = null;
  #messageBytes = DEFAULT_MESSAGE_BYTES;
  #acknowledged = false;

  /** @param how `eager` opens it at once, not only when something is to be sent */
  constructor(options: SocketOptions, how: SocketUse = {}) {
    this.freshToken = options.freshToken ?? (async () => null);
    let letIn!: () => void;
    this.signedIn = new Promise((resolve) => {
      letIn = resolve;
    });
    let settle!: (closing: Closing) => void;
    this.closed = new Promise((resolve) => {
      settle = resolve;
    });
    let opened: WebSocket | null = null;
    let opening: ReturnType<typeof setTimeout> | undefined;
    const endAfter = (ms: number) => {
      clearTimeout(opening);
      opening = setTimeout(() => this.#client.terminate(), ms);
    };
    this.#client = createClient({
      url: options.url,
      webSocketImpl: withoutThrowing(options.webSocket ?? globalThis.WebSocket),
      connectionParams: async () => {
        const token = await options.token();
        return token === null ? {} : { token };
      },
      retryAttempts: 0,
      lazy: how.eager !== true,
      // `closed` reports it.
      onNonLazyError: () => {},
      on: {
        connecting: () => endAfter(OPEN_WAIT_MS),
        opened: (socket) => {
          opened = socket as WebSocket;
          endAfter(ACKNOWLEDGED_WAIT_MS);
        },
        connected: (_socket, payload) => {
          clearTimeout(opening);
          if (this.#ended) return;
          this.#acknowledged = true;
          this.#messageBytes = Number(payload?.messageBytes ?? this.#messageBytes);
          letIn();
          const seconds = Number(payload?.heartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS);
          const ping = () => {
            if (opened?.readyState === 1) opened.send('{"type":"ping"}');
          };
          const dead = () => this.#client.terminate();
          const quietMs = seconds * 1_000 + QUIET_MARGIN_MS;
          this.#heartbeat = new Heartbeat({ ping, dead }, quietMs, ANSWER_MS);
          how.onAcknowledged?.(payload?.accountId);
        },
        message: () => this.#heartbeat?.heard(),
        closed: (event) => {
          clearTimeout(opening);
          this.#end();
          settle(closingOf(event));
        },
      },
    });
  }

  /** Asks for a fresh token; null when there is no function to ask. */
  readonly freshToken: () => Promise<string | null>;

  /** Whether the server has accepted the connection. */
  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  /** Subscribes. Returns a function that unsubscribes; after that no handler is called. */
  subscribe<Data, Variables extends object>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    handlers: SubscriptionHandlers<Data>,
  ): () => void {
    let over = false;
    const finish = (tell: () => void) => {
      if (over) return;
      over = true;
      tell();
    };
    const unsubscribe = this.#client.subscribe<Data>(
      { query: operation, variables: { ...(variables as Record<string, unknown>) } },
      {
        next: ({ data, errors }) => {
          if (over) return;
          if (errors?.length) {
            // Does not unsubscribe: the server's `complete` may have arrived already, and graphql-ws, which counts the
            // operations that keep its socket open, would count this one down twice and close the socket.
            finish(() => handlers.failed(requestError(errors)));
          } else if (data) {
            handlers.next(data);
          }
        },
        error: (error) => finish(() => handlers.failed(failureOf(error))),
        complete: () =>
          finish(() => (this.#ended ? handlers.failed(lost()) : handlers.completed())),
      },
    );
    return () => {
      over = true;
      unsubscribe();
    };
  }

  /**
   * Runs a query or mutation on this socket.
   * @throws {InvalidInputError} when it is too big for the server; it is not sent, as the server would close the socket
   * @throws {NetworkError} when the socket ended before the answer; the server may or may not have run it
   * @throws {RequestError} when the answer has `errors`
   */
  execute<Data, Variables extends object>(
    operation: Operation<Data, Variables> | TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    if (typeof operation !== 'string') {
      return operationOf(operation).then((text) => this.execute(text, variables));
    }
    if (this.#ended) return Promise.reject(lost());
    const bytes = bytesOf({ query: operation, variables }) + ENVELOPE_BYTES;
    if (bytes > this.#messageBytes) return Promise.reject(tooBig(this.#messageBytes));
    return new Promise((resolve, reject) => {
      this.subscribe(operation, variables, {
        next: resolve,
        failed: reject,
        completed: () => reject(new NetworkError('The server gave no answer.')),
      });
    });
  }

  /** Pings the server; the socket ends if no answer comes soon. */
  probe(): void {
    this.#heartbeat?.probe(PROBE_MS);
  }

  /** Closes the socket normally; a room that was joined on it is left. */
  close(): void {
    this.#end();
  }

  /** Drops the socket without leaving: a stay on it waits for the client to come back. */
  abandon(): void {
    this.#client.terminate();
  }

  #end(): void {
    this.#ended = true;
    this.#heartbeat?.stop();
    this.#heartbeat = null;
    void Promise.resolve(this.#client.dispose()).catch(() => {});
  }
}

function lost(): NetworkError {
  return new NetworkError('The connection was lost.');
}

function bytesOf(payload: object): number {
  return new TextEncoder().encode(JSON.stringify(payload)).byteLength;
}

function closingOf(event: unknown): Closing {
  const { code = 1006, reason = '' } = event as Partial<Closing>;
  return { code, reason };
}

function failureOf(error: unknown): PeerqlError {
  if (Array.isArray(error)) return requestError(error as readonly GraphQLErrorLike[]);
  return lost();
}
