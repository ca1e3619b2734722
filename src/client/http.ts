import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { documentText } from './document.ts';
import { type GraphQLErrorLike, NetworkError, requestError } from './errors.ts';
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
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const open = options.openSocket();
  if (open !== null) return (await open).execute(document, variables);
  const token = await tokenOf(options);
  if (token !== null && isConnectionToken(token)) {
    const socket = await options.socket(token);
    return socket.execute(document, variables);
  }
  const { data, errors } = await post<Data>(options, token, {
    query: documentText(document),
    variables,
  });
  if (errors !== undefined && errors.length > 0) throw requestError(errors);
  if (data === undefined || data === null) throw new NetworkError('The answer holds no data.');
  return data;
}

async function tokenOf(options: HttpOptions): Promise<string | null> {
  try {
    return await options.token();
  } catch (cause) {
    throw new NetworkError('There is no token: the function that gives it has failed.', { cause });
  }
}

async function post<Data>(
  { url, fetch, timeoutMs }: HttpOptions,
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
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null) throw new Error('Not a GraphQL answer.');
    return answer;
  } catch (cause) {
    throw new NetworkError('The server could not be reached.', { cause });
  }
}
