import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

const corked: Socket[] = [];

function uncorkAll(): void {
  for (const socket of corked) socket.uncork();
  corked.length = 0;
}

/**
 * Sends a text frame at once, but lets the kernel have all frames of one turn of the event loop together: the TCP
 * socket is corked at its first frame of the turn, and all corked sockets are let go in one callback at its end.
 */
export function sendGathered(ws: WebSocket, socket: Socket, frame: string): void {
  if (socket.writableCorked === 0) {
    if (corked.length === 0) setImmediate(uncorkAll);
    corked.push(socket);
    socket.cork();
  }
  ws.send(frame);
}
