import type { ExecutionResult, GraphQLError } from 'graphql';
import { isRefused, type Operation } from '../../execution/operation.ts';
import type { Operations } from '../../execution/operations.ts';
import { isRecord, isRecordOrNone, isTextOrNone, parseJson } from '../../execution/parse-json.ts';
import type { Variables } from '../../execution/variables.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';

interface SubscribeFrame {
  readonly id: string;
  readonly query: string;
  readonly operationName: string | null | undefined;
  readonly variables: Variables | null | undefined;
  readonly extensions: Variables | null | undefined;
}

/** Reading a message of more characters is paid for by its address; the number of the others is limited. */
const LONG = 4096;

/** Limits of messages, in characters. */
export interface MessageLimits {
  /** The length of an operation's id. */
  readonly operationIdLength: number;
  /** The length of a message that begins no operation. */
  readonly pingLength: number;
}

/** A subscription that a client begins, with its prepared operation. */
export interface Subscribing {
  readonly id: string;
  readonly operation: Operation;
  /** Forgotten once it has begun. */
  variables: Variables | null | undefined;
}

/**
 * Answers a query or mutation directly from its frame, without the promises that the protocol core makes for each
 * message. So frames are handled in the order in which they arrived. It takes well-formed `subscribe` messages with a
 * query or mutation; the protocol core handles everything else.
 *
 * @returns what the protocol core has to do: a message to read, or a subscription to begin; null: nothing
 */
export function answerDirectly(
  text: string,
  connection: Connection,
  operations: Operations,
  limits: MessageLimits,
): string | Subscribing | null {
  const { running, address } = connection;
  const { budget } = operations;
  const isLong = text.length > LONG;
  if (isLong && budget.isExhausted(address)) {
    connection.closeUnread(CloseCode.TooMany, 'Too much to read: slow down');
    return null;
  }
  const began = isLong ? budget.now() : 0;
  const frame = running === null ? null : readSubscribe(text);
  if (isLong) budget.spendAt(address, budget.since(began));
  if (frame === null && isTooLong(text, limits.pingLength)) {
    connection.close(CloseCode.BadMessage, 'Message too long');
    return null;
  }
  if (frame === null || running === null || Object.hasOwn(running, frame.id)) return text;
  const { id } = frame;
  if (id.length > limits.operationIdLength) {
    connection.close(CloseCode.BadMessage, 'Id too long');
    return null;
  }
  if (connection.answering?.has(id)) {
    connection.close(CloseCode.IdInUse, `Subscriber for ${id} already exists`);
    return null;
  }
  const { query, operationName, extensions } = frame;
  const operation =
    query === ''
      ? operations.preparePersisted(extensions, operationName, address)
      : operations.prepare(query, operationName, address);
  if (isRefused(operation)) {
    sendErrors(connection, id, operation);
    return null;
  }
  if (operation.type === 'subscription') {
    return { id, operation, variables: frame.variables };
  }
  const result = operation.answer(connection, frame.variables);
  if (result instanceof Promise) answerLater(result, id, connection);
  else sendOnly(connection, id, result);
  return null;
}

function answerLater(result: Promise<ExecutionResult>, id: string, connection: Connection): void {
  connection.answering ??= new Set();
  connection.answering.add(id);
  result.then(
    (settled) => {
      // The client may have completed it meanwhile; then it wants no answer.
      if (connection.answered(id)) sendOnly(connection, id, settled);
      connection.closeIfDue();
    },
    () => connection.close(CloseCode.InternalError, 'Internal error'),
  );
}

/** Forgets an operation that {@link answerDirectly} still works on, when the client completes it. */
export function forgetCompleted(text: string, connection: Connection): void {
  const { answering } = connection;
  if (answering === null || answering.size === 0 || !text.includes('"complete"')) return;
  const message = parseJson(text);
  if (!isRecord(message) || message.type !== 'complete') return;
  if (typeof message.id === 'string') answering.delete(message.id);
}

/** Whether a message that begins no operation is too long. */
function isTooLong(text: string, max: number): boolean {
  if (text.length <= max) return false;
  const message = parseJson(text);
  return isRecord(message) && message.type !== 'connection_init' && message.type !== 'subscribe';
}

/** Null for what is not a well-formed `subscribe` message. */
function readSubscribe(text: string): SubscribeFrame | null {
  // A cheap check comes first: the protocol core reads other messages again. Letters may be escaped (RFC 8259 §7).
  if (!text.includes('"subscribe"') && !text.includes('\\u')) return null;
  const message = parseJson(text);
  if (!isRecord(message) || message.type !== 'subscribe') return null;
  const { id, payload } = message;
  if (typeof id !== 'string' || id === '' || !isRecord(payload)) return null;
  const { query, operationName, variables, extensions } = payload;
  if (typeof query !== 'string') return null;
  if (!isTextOrNone(operationName)) return null;
  if (!isRecordOrNone(variables) || !isRecordOrNone(extensions)) return null;
  return { id, query, operationName, variables, extensions };
}

/** Sends the only result of an operation, and its end. */
function sendOnly(connection: Connection, id: string, result: ExecutionResult): void {
  const opening = `{"id":${JSON.stringify(id)},"type":"`;
  connection.send(`${opening}next","payload":${JSON.stringify(result)}}`);
  connection.send(`${opening}complete"}`);
}

/** Refuses an operation; the socket stays open. */
function sendErrors(connection: Connection, id: string, errors: readonly GraphQLError[]): void {
  const frame = { id, type: 'error', payload: errors };
  connection.send(JSON.stringify(frame));
}
