import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type Client, createClient } from 'graphql-ws/client';
import { documentText } from './document.ts';
import {
  type GraphQLErrorLike,
  InvalidInputError,
  NetworkError,
  type PeerqlError,
  requestError,
} from './errors.ts';
import { Heartbeat } from './heartbeat.ts';

/** Where WebSockets go. */
export interface SocketOptions {
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** A bearer or connection token; null for the cookie. */
  readonly token: () => Promise<string | null>;
  /** The WebSocket class. Default: the environment's. */
  readonly webSocket?: unknown;
}

/** How a WebSocket ended; 1006 when it broke or never opened. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What a subscription tells. Exactly one of `failed` and `completed` comes, and last. */
export interface SubscriptionHandlers<Data> {
  next(data: Data): void;
  /** It ended with an error, or the connection was lost ({@link NetworkError}). */
  failed(error: PeerqlError): void;
  completed(): void;
}

/** From the first byte to the server's `connection_ack`. */
const OPEN_WAIT_MS = 10_000;
/** Silence on top of the server's own heartbeat before the client asks. */
const QUIET_MARGIN_MS = 2_000;
const DEFAULT_HEARTBEAT_SECONDS = 8;
const ANSWER_MS = 4_000;
/** What a server takes that does not say what it takes. */
const DEFAULT_MESSAGE_BYTES = 65_536;
/** What graphql-transport-ws puts around an operation, at most. */
const ENVELOPE_BYTES = 128;
/** The same where there is a reason to believe that the connection is dead. */
const PROBE_MS = 1_000;

/** How a socket is used. */
export interface SocketUse {
  /** Opens it at once, not only when something is to be sent. */
  readonly eager?: boolean;
  /** Told who is signed in, before anything is asked; undefined where the server does not say. */
  readonly onAcknowledged?: (accountId: unknown) => void;
}

/** One WebSocket that speaks graphql-transport-ws, from its opening to its end. It never reconnects by itself. */
export class Socket {
  /** Resolves once, when the socket is gone or could not be opened. */
  readonly closed: Promise<Closing>;
  /** Resolves once the server has let it in; never where it does not. */
  readonly signedIn: Promise<void>;
  readonly #client: Client;
  #ended = false;
  #heartbeat: Heartbeat | null = null;
  #messageBytes = DEFAULT_MESSAGE_BYTES;
  #acknowledged = false;

  /** @param how `eager` opens it at once, not only when something is to be sent */
  constructor(options: SocketOptions, how: SocketUse = {}) {
    let letIn = () => {};
    this.signedIn = new Promise((resolve) => {
      letIn = resolve;
    });
    let settle: (closing: Closing) => void = () => {};
    this.closed = new Promise((resolve) => {
      settle = resolve;
    });
    let opened: unknown = null;
    let opening: ReturnType<typeof setTimeout> | undefined;
    this.#client = createClient({
      url: options.url,
      ...(options.webSocket === undefined ? {} : { webSocketImpl: options.webSocket }),
      connectionParams: async () => {
        const token = await options.token();
        return token === null ? {} : { token };
      },
      retryAttempts: 0,
      lazy: how.eager !== true,
      // `closed` tells it.
      onNonLazyError: () => {},
      on: {
        connecting: () => {
          opening = setTimeout(() => this.#client.terminate(), OPEN_WAIT_MS);
        },
        opened: (socket) => {
          opened = socket;
        },
        connected: (_socket, payload) => {
          clearTimeout(opening);
          if (this.#ended) return;
          this.#acknowledged = true;
          this.#messageBytes = Number(payload?.messageBytes ?? DEFAULT_MESSAGE_BYTES);
          letIn();
          const seconds = Number(payload?.heartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS);
          const ping = () => sendPing(opened);
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

  /** Whether the server has let it in. */
  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  /** Subscribes; the answer unsubscribes, after which no handler is called. */
  subscribe<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
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
      { query: documentText(document), variables: Object.fromEntries(Object.entries(variables)) },
      {
        next: ({ data, errors }) => {
          if (over) return;
          if (errors !== undefined && errors.length > 0) {
            // Not unsubscribed: the server's `complete` may have come already, and graphql-ws, which counts the
            // operations that hold its socket open, would count this one off twice and close it.
            finish(() => handlers.failed(requestError(errors)));
          } else if (data !== undefined && data !== null) {
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
   * @throws {InvalidInputError} when it is too big for the server: it is not sent, as it would end the socket
   * @throws {NetworkError} when the socket ended before the answer; the server may have done it or not
   * @throws {RequestError} when the answer has `errors`
   */
  execute<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    if (this.#ended) return Promise.reject(lost());
    const bytes = bytesOf({ query: documentText(document), variables }) + ENVELOPE_BYTES;
    if (bytes > this.#messageBytes) return Promise.reject(tooBig(bytes, this.#messageBytes));
    return new Promise((resolve, reject) => {
      this.subscribe(document, variables, {
        next: resolve,
        failed: reject,
        completed: () => reject(new NetworkError('The server gave no answer.')),
      });
    });
  }

  /** Asks the server for a sign of life; the socket ends when none comes soon. */
  probe(): void {
    this.#heartbeat?.probe(PROBE_MS);
  }

  /** Closes the socket, normally: a room that was followed on it is left. */
  close(): void {
    this.#end();
  }

  /** Gives the socket up: a stay that was on it waits for its client to come back. */
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

function tooBig(bytes: number, most: number): InvalidInputError {
  const message = `is too big: a message of ${bytes} bytes, where the server takes ${most}`;
  return new InvalidInputError(`The input ${message}.`, [
    { path: 'input', message, code: 'TOO_BIG', limit: most },
  ]);
}

function sendPing(socket: unknown): void {
  const { readyState, send } = socket as WebSocket;
  if (readyState === 1) send.call(socket, JSON.stringify({ type: 'ping' }));
}

function closingOf(event: unknown): Closing {
  const { code, reason } = event as Partial<Closing>;
  return {
    code: typeof code === 'number' ? code : 1006,
    reason: typeof reason === 'string' ? reason : '',
  };
}

function failureOf(error: unknown): PeerqlError {
  if (Array.isArray(error)) return requestError(error as readonly GraphQLErrorLike[]);
  return lost();
}
