import {
  type GraphQLErrorLike,
  NetworkError,
  PeerqlError,
  RateLimitedError,
  requestError,
  tooBig,
} from './errors.ts';
import { outOfReach } from './network.ts';
import type { Operation } from './operation.ts';
import type { Socket } from './socket.ts';
import { isConnectionToken } from './token.ts';

/** Where requests go, and how. */
export interface HttpOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** The bearer token to send; null to rely on the cookie. */
  readonly token: () => Promise<string | null>;
  /** The socket that {@link HttpOptions.socket} has opened; null when there is none. */
  readonly openSocket: () => Promise<Socket> | null;
  /** Opens a socket that is signed in by this token, for clients that have only connection tokens. */
  readonly socket: (token: string) => Promise<Socket>;
  /** Sends requests that are to arrive although the page is being closed. Default: false. */
  readonly keepalive?: boolean;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLErrorLike[];
}

/**
 * Sends one operation by POST (GraphQL over HTTP) and resolves to its data. With a connection token, which HTTP does
 * not accept, it is sent over a socket.
 * @throws {NetworkError} when no GraphQL answer came in time
 * @throws {RequestError} when the answer has `errors`
 */
export async function request<Data, Variables extends object>(
  options: HttpOptions,
  operation: Operation<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return await withinTime(ask(options, operation, variables), options.timeoutMs);
}

async function ask<Data, Variables extends object>(
  options: HttpOptions,
  operation: Operation<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const open = options.openSocket();
  if (open !== null) return (await open).execute(operation, variables);
  const token = await tokenOf(options);
  if (token !== null && isConnectionToken(token)) {
    const socket = await options.socket(token);
    return socket.execute(operation, variables);
  }
  const { data, errors } = await post<Data>(options, token, { query: operation, variables });
  if (errors !== undefined && errors.length > 0) throw requestError(errors);
  if (data === undefined || data === null) throw new NetworkError('The answer holds no data.');
  return data;
}

/** What a server, or a proxy before it, says by the status alone (RFC 9110, 15.5.14; RFC 6585, 4); null for nothing. */
function refusalBy({ status, headers }: Response): PeerqlError | null {
  if (status === 413) return tooBig();
  if (status !== 429) return null;
  const retryAfter = Number(headers.get('retry-after')) || 1;
  return new RateLimitedError('There are too many requests.', retryAfter);
}

/** Also for what no signal aborts: a function of the page that gives no token, or a socket without an answer. */
async function withinTime<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NetworkError('There was no answer in time.')), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function tokenOf(options: HttpOptions): Promise<string | null> {
  try {
    return await options.token();
  } catch (cause) {
    throw new NetworkError('There is no token: the function that gives it has failed.', { cause });
  }
}

async function post<Data>(
  { url, fetch, timeoutMs, keepalive = false }: HttpOptions,
  token: string | null,
  body: object,
): Promise<Answer<Data>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'include',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      ...(keepalive ? { keepalive } : {}),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const refusal = refusalBy(response);
    if (refusal !== null) throw refusal;
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null) throw new Error('Not a GraphQL answer.');
    return answer;
  } catch (cause) {
    if (cause instanceof PeerqlError) throw cause;
    throw new NetworkError(outOfReach(url), { cause });
  }
}
