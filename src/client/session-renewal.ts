import { ReauthenticateDocument } from './generated/graphql.ts';
import type { Socket } from './socket.ts';
import { isConnectionToken } from './token.ts';

/**
 * Lets the session of a socket go on, by a token that is asked for now. Where that comes to nothing, so does nothing
 * else: the server closes the socket when the session ends, and the next one is opened with another token.
 */
export async function renewSession(socket: Socket): Promise<void> {
  try {
    const token = await socket.freshToken();
    if (token === null || isConnectionToken(token)) return;
    await socket.execute(ReauthenticateDocument, { input: { token } });
  } catch {
    // As said above.
  }
}
