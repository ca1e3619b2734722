import type { Socket } from 'node:net';

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
