import type { Caller } from '../../domain/accounts/sessions.ts';
import { TokenInvalidError } from '../../domain/errors.ts';
import type { Services } from '../../graphql/context.ts';
import { CloseCode, tooManySockets } from './close-codes.ts';
import type { Connection } from './connection.ts';
import type { Sockets } from './sockets.ts';
import type { WebSocketLimits } from './websocket-limits.ts';

interface SignInOptions {
  readonly services: Services;
  readonly sockets: Sockets;
  readonly limits: WebSocketLimits;
  /** The caller according to the embedding program; null if the program does not know. */
  identify(): Promise<Caller | null>;
}

/**
 * Signs in a socket by the token of its `connectionParams`, else by the embedding program, else by its cookie. Resolves
 * to the payload of the acknowledgement, or to null if the socket was closed instead.
 */
export async function signIn(
  connection: Connection,
  params: Readonly<Record<string, unknown>> | undefined,
  { services, sockets, limits, identify }: SignInOptions,
): Promise<Record<string, unknown> | null> {
  const given = typeof params?.token === 'string' ? params.token : null;
  const token = given ?? connection.cookieToken;
  connection.cookieToken = null;
  const known = given === null ? await identify() : null;
  const shown = known !== null ? null : token;
  const caller = shown === null ? known : await authenticate(connection, shown, services);
  if (connection.closing) return null;
  // The session may have ended while this was under way, and that did not find this socket.
  const ended = caller !== null && services.sessions.hasEnded(caller.sessionId);
  if (ended || (caller === null && given !== null)) {
    connection.close(CloseCode.SignedOut, 'The token is not valid (any more)');
    return null;
  }
  if (caller !== null) {
    connection.signIn(caller);
    sockets.signedIn(connection, caller.accountId);
  }
  const tooMany = tooManySockets(await sockets.countsEverywhere(connection), limits);
  if (tooMany !== null) connection.close(CloseCode.TooMany, tooMany);
  if (connection.closing) return null;
  return {
    sessionExpiresAt: caller?.expiresAt.toISOString() ?? null,
    heartbeatSeconds: limits.heartbeatMs / 1000,
    accountId: caller?.accountId ?? null,
    messageBytes: limits.messageBytes,
  };
}

async function authenticate(
  connection: Connection,
  token: string,
  { authentication }: Services,
): Promise<Caller | null> {
  try {
    return await authentication.ofConnection(token, connection);
  } catch (error) {
    if (!(error instanceof TokenInvalidError)) throw error;
    // A client that can get a newer token should come back with it.
    if (error.reason === 'EXPIRED') {
      connection.close(CloseCode.SessionExpired, 'The token has expired: send a new one');
    } else {
      connection.close(CloseCode.SignedOut, `The token is not accepted: ${error.message}`);
    }
    return null;
  }
}
