import { ReauthenticateDocument } from './generated/operations.ts';
import type { Socket } from './socket.ts';
import { isConnectionToken } from './token.ts';

/**
 * Prolongs the session of a socket with a fresh token. A failure does no harm: the server closes the socket when the
 * session ends, and the next socket is opened with another token.
 */
export async function renewSession(socket: Socket): Promise<void> {
  try {
    const token = await socket.freshToken();
    if (token === null || isConnectionToken(token)) return;
    await socket.execute(ReauthenticateDocument, { input: { token } });
  } catch {
    // Harmless, as described above.
  }
}
