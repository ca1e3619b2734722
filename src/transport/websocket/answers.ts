import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Connection } from './connection.ts';

/** Sends the only result of an operation, and its end. */
export function sendOnly(connection: Connection, id: string, result: ExecutionResult): void {
  const opening = `{"id":${JSON.stringify(id)},"type":"`;
  connection.send(`${opening}next","payload":${JSON.stringify(result)}}`);
  connection.send(`${opening}complete"}`);
}

/** Tells the client that a subscription has ended. */
export function sendComplete(connection: Connection, id: string): void {
  connection.send(`{"id":${JSON.stringify(id)},"type":"complete"}`);
}

/** Refuses an operation; the socket stays open. */
export function sendErrors(
  connection: Connection,
  id: string,
  errors: readonly GraphQLError[],
): void {
  const frame = { id, type: 'error', payload: errors };
  connection.send(JSON.stringify(frame));
}
