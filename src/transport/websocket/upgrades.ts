import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { GRAPHQL_PATH, ownPath } from '../path.ts';
import type { WebSocketSide } from './server.ts';

/** Headers that belong to an upgrade and not to the request itself (RFC 9110 §7.8, RFC 7540 §3.2.1). */
const OF_UPGRADES: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/** Handles all upgrades of this server's own HTTP server. @param inTurn calls `then` when earlier requests are answered */
export function takeUpgrades(
  http: HttpServer,
  webSockets: WebSocketSide,
  inTurn: (socket: Duplex, then: () => void) => void,
): void {
  http.on('upgrade', (request, socket, head) => {
    inTurn(socket, () => {
      if (isWebSocketUpgrade(request)) webSockets.upgrade(request, socket as Socket, head);
      else asRequest(http, request, socket as Socket, head);
    });
  });
}

/**
 * Whether an upgrade of an embedding program's HTTP server is for this server: a WebSocket for the API below the
 * prefix.
 */
export function isOwnUpgrade(request: IncomingMessage, prefix: string): boolean {
  return ownPath(request, prefix) === GRAPHQL_PATH && isWebSocketUpgrade(request);
}

/** Whether a client asks for a WebSocket (RFC 6455 §4.2.1). */
function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/**
 * Answers a request as if it had not offered another protocol. A server may ignore the offer (RFC 9110 §7.8), and HTTP
 * clients that offer HTTP/2 (`h2c`) rely on that.
 */
function asRequest(http: HttpServer, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    if (OF_UPGRADES.has(name.toLowerCase())) continue;
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrades(value) : value;
    if (kept !== '') lines.push(`${name}: ${kept}`);
  }
  // Node.js no longer handles this socket, so it is passed to the server again as a new connection.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  http.emit('connection', socket);
}

/** The other options of a `Connection` header, for example `keep-alive`. */
function withoutUpgrades(value: string): string {
  const options = value.split(',').map((option) => option.trim());
  return options.filter((option) => !OF_UPGRADES.has(option.toLowerCase())).join(', ');
}
