import type { BackoffOptions } from './backoff.ts';
import type { ClientOptions, SignedIn } from './client-interface.ts';
import { type Failure, unwrap } from './errors.ts';
import type { Delivery } from './generated/graphql.ts';
import type { HttpOptions } from './http.ts';
import {
  backoffProblem,
  functionProblem,
  objectProblem,
  readEndpoint,
  requireOptions,
  socketClassProblem,
  timeoutProblem,
  tokenProblem,
} from './options.ts';
import type { SocketOptions } from './socket.ts';
import { CurrentToken } from './token.ts';
import { WarmSocket } from './warm-socket.ts';

/** What every client is made of: how it reaches the server, and as whom. */
export interface ClientCore {
  readonly http: HttpOptions;
  readonly socket: SocketOptions;
  readonly warm: WarmSocket;
  readonly backoff: BackoffOptions;
  /** How the server hands over a session: as a cookie or as a token. */
  readonly delivery: Delivery;
  /** Somebody has signed in, or been refused. @throws {RefusedError} */
  readonly signIn: (result: { readonly __typename: string } & (SignedIn | Failure)) => SignedIn;
  readonly signedOut: () => void;
  /** Has `listener` called whenever somebody signs in or out. */
  readonly onChange: (listener: () => void) => void;
}

/** @throws {InvalidInputError} when an option cannot be used */
export function clientCore(options: ClientOptions): ClientCore {
  requireOptions({ options: objectProblem(options) });
  const { auth = 'cookie' } = options;
  requireOptions({
    auth: auth === 'cookie' || auth === 'bearer' ? null : "has to be 'cookie' or 'bearer'",
    timeoutMs: timeoutProblem(options.timeoutMs),
    backoff: backoffProblem(options.backoff),
    fetch: functionProblem(options.fetch),
    webSocket: socketClassProblem(options.webSocket),
    token: tokenProblem(options.token),
  });
  const token = new CurrentToken(options.token ?? null);
  const url = readEndpoint(options.url);
  const socket: SocketOptions = {
    url: url.replace(/^http/, 'ws'),
    token: token.read,
    freshToken: token.fresh,
    ...(options.webSocket === undefined ? {} : { webSocket: options.webSocket }),
  };
  const warm = new WarmSocket(socket);
  const listeners: (() => void)[] = [() => warm.close()];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    http: {
      url,
      fetch: options.fetch ?? ((...args) => fetch(...args)),
      timeoutMs: options.timeoutMs ?? 15_000,
      token: token.read,
      openSocket: () => warm.forRequests,
      socket: (given) => warm.open(given),
    },
    socket,
    warm,
    backoff: options.backoff ?? {},
    delivery: auth === 'bearer' ? 'BEARER' : 'COOKIE',
    signIn(result) {
      const { account, expiresAt, token: issued } = unwrap(result) as SignedIn;
      token.signedIn(issued);
      changed();
      return { account, expiresAt, token: issued };
    },
    signedOut() {
      token.signedOut();
      changed();
    },
    onChange: (listener) => listeners.push(listener),
  };
}
