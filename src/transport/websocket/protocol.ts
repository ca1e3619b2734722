import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
} from 'graphql';
import {
  makeServer,
  type Context as ProtocolContext,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';
import { UnavailableError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { Mailbox } from '../../domain/mailbox.ts';
import type { RoomEvent } from '../../domain/signaling/event.ts';
import { maskErrors } from '../../execution/mask.ts';
import {
  isRefused,
  type Operation,
  type Operations,
  type Variables,
} from '../../execution/operations.ts';
import type { Techniques } from '../../execution/techniques.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { RoomStream } from './room-stream.ts';

function isUnavailable({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ originalError }) => originalError instanceof UnavailableError);
}

interface Extra {
  readonly connection: Connection;
}

interface Subscribing extends ExecutionArgs {
  readonly operation: Operation;
  readonly connection: Connection;
  readonly id: string;
}

export interface ProtocolOptions {
  readonly operations: Operations;
  readonly connectionInitMs: number;
  readonly subscriptionsPerSocket: number;
  readonly log: Logger;
  readonly techniques: Techniques;
  /** Whether this server stops, so that nobody may join here any more. */
  readonly isDraining: () => boolean;
  /** Signs in; resolves to the payload of the acknowledgement, or null where the connection was closed instead. */
  readonly onConnect: (
    connection: Connection,
    params: Readonly<Record<string, unknown>> | undefined,
  ) => Promise<Record<string, unknown> | null>;
}

/** The GraphQL over WebSocket protocol (`graphql-transport-ws`), on operations that were prepared once. */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const { operations, log } = options;

  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: options.connectionInitMs,
    onConnect: async (context) => {
      const { connection } = context.extra;
      const acknowledgement = await options.onConnect(connection, context.connectionParams);
      // Where it is null the connection was closed with a code of its own; graphql-ws's `Forbidden` then changes nothing.
      if (acknowledgement === null) return false;
      connection.running = context.subscriptions;
      // It was read, and need not be kept as long as the socket is open.
      Reflect.deleteProperty(context.connectionParams ?? {}, 'token');
      return acknowledgement;
    },
    onSubscribe: (context, id, payload) => subscribing(context, id, payload),
    execute: (args) => {
      const { operation, connection } = args as Subscribing;
      return operation.run(undefined, connection, args.variableValues as Variables | null);
    },
    subscribe: async (args) => {
      const { operation, connection, id } = args as Subscribing;
      const source = await createSourceEventStream(args);
      if ('errors' in source && isUnavailable(source)) {
        // An answer would be the end for a client that resubscribes by itself; a lost socket is not.
        connection.close(CloseCode.TryAgainLater, 'Try again later');
        return source;
      }
      if (source instanceof Mailbox) {
        const variables = args.variableValues as Variables | null;
        if (!options.techniques.pushed) return pull(source, operation, connection, variables);
        return new RoomStream(source, connection, id, operation, variables);
      }
      // Nothing but rooms can be followed: what is not a mailbox is an error.
      return maskErrors('errors' in source ? source : {}, log);
    },
  });

  function subscribing(
    context: ProtocolContext<Record<string, unknown>, Extra>,
    id: string,
    payload: SubscribePayload,
  ): Subscribing | readonly GraphQLError[] {
    const { connection } = context.extra;
    const handedOver = connection.handOver;
    connection.handOver = null;
    const operation = handedOver?.operation ?? prepared(payload, connection);
    if (isRefused(operation)) return operation;
    if (operation.type === 'subscription' && options.isDraining()) {
      connection.closeWhenAnswered(CloseCode.Restarting, 'This server restarts: reconnect');
      return [new GraphQLError('This server restarts: reconnect.')];
    }
    const { subscriptionsPerSocket: limit } = options;
    if (operation.type === 'subscription' && Object.keys(context.subscriptions).length > limit) {
      const extensions = { code: 'TOO_MANY_SUBSCRIPTIONS', limit };
      return [new GraphQLError(`At most ${limit} subscriptions on one socket.`, { extensions })];
    }
    return {
      schema: operations.schema,
      document: operation.document,
      operationName: operation.name,
      variableValues: (handedOver ?? payload).variables ?? {},
      contextValue: connection,
      rootValue: undefined,
      operation,
      connection,
      id,
    };
  }

  function prepared(payload: SubscribePayload, { address }: Connection) {
    const { query, operationName, extensions } = payload;
    return query === ''
      ? operations.preparePersisted(extensions, operationName, address)
      : operations.prepare(query, operationName, address);
  }
}

/**
 * What {@link RoomStream} saves: every event through two iterators. Only the benchmark reads a mailbox like this.
 * No generator, since one that waits for an event does not return before it has come.
 */
function pull(
  mailbox: Mailbox<RoomEvent>,
  operation: Operation,
  connection: Connection,
  variables: Variables | null,
): AsyncGenerator<ExecutionResult, void> {
  const events = mailbox[Symbol.asyncIterator]();
  const end = async () => {
    await events.return?.();
    return { done: true, value: undefined } as const;
  };
  return {
    async next() {
      const { done, value } = await events.next();
      if (done === true) return { done, value: undefined };
      return { done: false, value: await operation.run(value, connection, variables) };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
