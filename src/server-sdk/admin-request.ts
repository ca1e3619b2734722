import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import type { AdminClientOptions } from './admin-client.ts';

/**
 * A call of the admin API failed. `code` stays the same across versions. `NETWORK`: no answer came. If the server
 * refused: the error type's name without `Error`, in upper case, such as `ROOM_NOT_FOUND`. Otherwise the server's own
 * code, such as `FORBIDDEN` for a wrong token, and `RATE_LIMITED` for too many wrong ones.
 */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: unknown };
  }[];
}

/** A function that sends one operation by POST and resolves to its data. It rejects with {@link AdminError}. */
export function adminRequest(options: AdminClientOptions) {
  const { url, adminToken, timeoutMs = 10_000 } = options;
  // `fetch` is called without an object, because some runtimes refuse it as a method of another object.
  const send = options.fetch ?? ((input, init) => fetch(input, init));
  return async <Data, Variables>(
    document: DocumentTypeDecoration<Data, Variables>,
    variables: Variables,
  ): Promise<Data> => {
    const { data, errors } = await answerOf<Data>(() =>
      send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          'x-admin-token': adminToken,
        },
        body: JSON.stringify({ query: String(document), variables }),
        // The token is only for this server, and not for one that it redirects to.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
    const [error] = errors ?? [];
    if (error !== undefined) {
      throw new AdminError(String(error.extensions?.code ?? 'BAD_REQUEST'), error.message);
    }
    if (data === undefined || data === null) throw new AdminError('NETWORK', NO_GRAPHQL);
    return data;
  };
}

async function answerOf<Data>(send: () => Promise<Response>): Promise<Answer<Data>> {
  let response: Response;
  try {
    response = await send();
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    const reason = late ? 'It did not answer in time.' : 'It cannot be reached.';
    throw new AdminError('NETWORK', reason, { cause });
  }
  try {
    const answer: unknown = await response.json();
    if (typeof answer === 'object' && answer !== null) return answer as Answer<Data>;
  } catch (cause) {
    throw new AdminError('NETWORK', `${NO_GRAPHQL} (HTTP ${response.status})`, { cause });
  }
  throw new AdminError('NETWORK', NO_GRAPHQL);
}

const NO_GRAPHQL = 'The server at this URL is not a PeerQL server.';

/** The success of a result. @throws AdminError if the result is one of the errors in the schema */
export function granted<
  Result extends { readonly __typename: string; readonly message?: string },
  Success extends Result['__typename'],
>(result: Result, success: Success): Extract<Result, { readonly __typename: Success }> {
  if (isA(result, success)) return result;
  const words = result.__typename.replace(/Error$/, '').replace(/\B[A-Z]/g, '_$&');
  throw new AdminError(words.toUpperCase(), result.message ?? 'The server refused.');
}

function isA<Result extends { readonly __typename: string }, Name extends Result['__typename']>(
  result: Result,
  name: Name,
): result is Extract<Result, { readonly __typename: Name }> {
  return result.__typename === name;
}
