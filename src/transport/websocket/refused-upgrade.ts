import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { OriginPolicy } from '../origin.ts';
import { GRAPHQL_PATH, pathOf } from '../path.ts';

/**
 * Refuses an upgrade before the handshake, and ends the connection. What else the client sends is not read, and the
 * client cannot keep its half of the connection open.
 *
 * @param status the status code and reason of the answer
 */
export function refuseUpgrade(socket: Socket, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/**
 * The status line for an upgrade of a client that comes too often, to another path, or from a page of another origin; null
 * for any other.
 */
export function refusalOf(
  request: IncomingMessage,
  {
    admits,
    origins,
  }: { admits: (request: IncomingMessage) => boolean; origins: Pick<OriginPolicy, 'allows'> },
): string | null {
  if (!admits(request)) return '429 Too Many Requests';
  if (pathOf(request) !== GRAPHQL_PATH) return '404 Not Found';
  return origins.allows(request) ? null : '403 Forbidden';
}
