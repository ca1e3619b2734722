import type { Socket } from 'node:net';

/**
 * Answers an upgrade that is refused before the handshake, and ends the connection: what else the client sends is
 * not read, and its half does not stay open for as long as it likes.
 *
 * @param status of the answer, code and words
 */
export function refuseUpgrade(socket: Socket, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
