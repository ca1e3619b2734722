import { MessageType } from 'graphql-ws';

const SERVER_TYPES: ReadonlySet<unknown> = new Set([
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
]);

/** Whether a message has a type that the protocol lets only servers send. */
export function isServerMessage(text: string): boolean {
  try {
    return SERVER_TYPES.has(JSON.parse(text).type);
  } catch {
    return false;
  }
}
