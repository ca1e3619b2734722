import { type ExecutionArgs, GraphQLError } from 'graphql';
import {
  makeServer,
  type Context as ProtocolContext,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';
import { UnavailableError } from '../../domain/errors.ts';
import { isRefused, type Operation } from '../../execution/operation.ts';
import type { Operations } from '../../execution/operations.ts';
import type { Variables } from '../../execution/variables.ts';
import { MailboxSource } from '../../graphql/mailbox-source.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import type { Subscribing } from './direct.ts';
import { EventStream } from './event-stream.ts';
import { contextOf } from './joining-connection.ts';

interface Extra {
  readonly connection: Connection;
}

type ServerContext = ProtocolContext<Record<string, unknown>, Extra>;

/** What graphql-ws passes to `execute` and `subscribe`. */
interface RunArgs extends ExecutionArgs {
  readonly subscribing: Subscribing;
  readonly connection: Connection;
}

export interface ProtocolOptions {
  readonly operations: Operations;
  readonly connectionInitMs: number;
  readonly subscriptionsPerSocket: number;
  /** Whether this server is stopping, so that nobody may join here any more. */
  readonly isDraining: () => boolean;
  /** Signs in; resolves to the payload of the acknowledgement, or null if the connection was closed instead. */
  readonly onConnect: (
    connection: Connection,
    params: Readonly<Record<string, unknown>> | undefined,
  ) => Promise<Record<string, unknown> | null>;
}

type Opened = ReturnType<Server<Extra>['opened']>;

/** The GraphQL over WebSocket protocol (`graphql-transport-ws`), with prepared operations. */
export class Protocol {
  readonly #options: ProtocolOptions;
  readonly #server: Server<Extra>;
  /**
   * Set only while graphql-ws reads the message that begins the subscription, because graphql-ws accepts only text
   * messages.
   */
  #beginning: Subscribing | null = null;

  constructor(options: ProtocolOptions) {
    this.#options = options;
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: options.connectionInitMs,
      onConnect: (context) => this.#connect(context),
      onSubscribe: (context, id, payload) => this.#prepare(context, id, payload),
      execute: (args) => {
        const { subscribing, connection } = args as RunArgs;
        return subscribing.operation.answer(connection, subscribing.variables);
      },
      subscribe: (args) => this.#subscribe(args as RunArgs),
    });
  }

  /** Runs the protocol on a connection; returns a function to call when it has closed. */
  opened(connection: Connection): Opened {
    return this.#server.opened(connection, { connection });
  }

  /**
   * Begins a prepared subscription. graphql-ws keeps its message as long as the subscription lasts, so it gets a
   * message without the document.
   */
  subscribe(connection: Connection, subscribing: Subscribing): Promise<void> | undefined {
    const { id } = subscribing;
    this.#beginning = subscribing;
    try {
      return connection.receive(JSON.stringify({ id, type: 'subscribe', payload: { query: '' } }));
    } finally {
      this.#beginning = null;
    }
  }

  async #connect(context: ServerContext) {
    const { connection } = context.extra;
    const acknowledgement = await this.#options.onConnect(connection, context.connectionParams);
    // If it is null, the connection was closed with another code, and graphql-ws's `Forbidden` has no effect.
    if (acknowledgement === null) return false;
    connection.running = context.subscriptions;
    // The parameters were read and need not be kept as long as the socket is open.
    const params = context.connectionParams ?? {};
    for (const name of Object.keys(params)) Reflect.deleteProperty(params, name);
    return acknowledgement;
  }

  #prepare(
    context: ServerContext,
    id: string,
    payload: SubscribePayload,
  ): RunArgs | readonly GraphQLError[] {
    const { connection } = context.extra;
    const { operations, subscriptionsPerSocket: limit } = this.#options;
    const variables: Variables | null | undefined = payload.variables;
    const operation = this.#beginning?.operation ?? this.#prepared(payload, connection);
    if (isRefused(operation)) return operation;
    if (operation.type === 'subscription' && this.#options.isDraining()) {
      connection.closeWhenAnswered(CloseCode.Restarting, 'This server restarts: reconnect');
      return [new GraphQLError('This server restarts: reconnect.')];
    }
    if (operation.type === 'subscription' && Object.keys(context.subscriptions).length > limit) {
      const extensions = { code: 'TOO_MANY_SUBSCRIPTIONS', limit };
      return [new GraphQLError(`At most ${limit} subscriptions on one socket.`, { extensions })];
    }
    return {
      schema: operations.schema,
      document: operation.document,
      operationName: operation.name,
      subscribing: this.#beginning ?? { id, operation, variables },
      connection,
    };
  }

  #prepared(
    { query, operationName, extensions }: SubscribePayload,
    { address }: Connection,
  ): Operation | readonly GraphQLError[] {
    const { operations } = this.#options;
    return query === ''
      ? operations.preparePersisted(extensions, operationName, address)
      : operations.prepare(query, operationName, address);
  }

  async #subscribe({ subscribing, connection }: RunArgs) {
    const { id, operation, variables } = subscribing;
    // graphql-ws keeps this object as long as the subscription lasts.
    subscribing.variables = null;
    try {
      const following = await operation.follow(contextOf(connection, id), variables);
      if (!('source' in following)) return following;
      const { source, variables: coerced } = following;
      // Only logs can be followed.
      if (!(source instanceof MailboxSource)) return {};
      return new EventStream(source.mailbox, connection, id, operation, coerced);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      // The socket is closed instead of an answer: clients resubscribe after a lost socket, but not after an error.
      connection.close(CloseCode.TryAgainLater, 'Try again later');
      return {};
    }
  }
}
