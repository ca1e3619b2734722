import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Calls `then` once, when a request is over: its answer has left, or its connection is gone. A response says that by
 * itself only while it has the connection's turn: one that waits behind others, of requests that were sent without
 * waiting for answers (RFC 9112 §9.3.2), is forgotten with the connection and never says anything.
 */
export function whenOver(
  request: IncomingMessage,
  response: ServerResponse,
  then: () => void,
): void {
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    then();
  };
  response.once('close', end);
  request.once('close', () => {
    if (request.socket.destroyed) end();
  });
}
