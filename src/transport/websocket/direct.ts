import type { ExecutionResult } from 'graphql';
import { isRefused } from '../../execution/operation.ts';
import type { Operations } from '../../execution/operations.ts';
import { isRecord, isRecordOrNone, isTextOrNone, parseJson } from '../../execution/parse-json.ts';
import type { Variables } from '../../execution/variables.ts';
import { sendErrors, sendOnly } from './answers.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import type { Subscribing } from './subscribing.ts';

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

/**
 * Takes the well-formed `subscribe` messages of an acknowledged client, and answers queries and mutations directly,
 * without promises. So they are handled in the order in which they arrived. The protocol core takes every other message.
 *
 * @returns a subscription to begin, or a message for the protocol core; null: there is nothing left to do
 */
export function answerDirectly(
  text: string,
  connection: Connection,
  operations: Operations,
  limits: MessageLimits,
): string | Subscribing | null {
  const { address } = connection;
  const { budget } = operations;
  const isLong = text.length > LONG;
  if (isLong && budget.isExhausted(address)) {
    connection.closeUnread(CloseCode.TooMany, 'Too much to read: slow down');
    return null;
  }
  const began = isLong ? budget.now() : 0;
  const frame = connection.acknowledged ? readSubscribe(text) : null;
  if (isLong) budget.spendAt(address, budget.since(began));
  if (frame === null && isTooLong(text, limits.pingLength)) {
    connection.close(CloseCode.BadMessage, 'Message too long');
    return null;
  }
  if (frame === null) return text;
  const { id } = frame;
  if (id.length > limits.operationIdLength) {
    connection.close(CloseCode.BadMessage, 'Id too long');
    return null;
  }
  if (isInUse(id, connection)) {
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

/** Ends an operation that the client completes. Answers whether the message did that. */
export function complete(text: string, connection: Connection): boolean {
  // As below, a cheap check comes first.
  if (!text.includes('"complete"') && !text.includes('\\u')) return false;
  const message = parseJson(text);
  if (!isRecord(message) || message.type !== 'complete') return false;
  return typeof message.id === 'string' && completed(message.id, connection);
}

/** Whether an operation with this id runs. */
function isInUse(id: string, { answering, streams }: Connection): boolean {
  return answering?.has(id) === true || streams.some((stream) => stream.id === id);
}

/** Returns whether there was an operation with this id. */
function completed(id: string, connection: Connection): boolean {
  const stream = connection.streams.find((one) => one.id === id);
  stream?.complete();
  return stream !== undefined || connection.answered(id);
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
