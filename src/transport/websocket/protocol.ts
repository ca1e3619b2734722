import { makeServer, type Server } from 'graphql-ws';
import type { Connection } from './connection.ts';

interface Extra {
  readonly connection: Connection;
}

export interface ProtocolOptions {
  readonly connectionInitMs: number;
  /** Signs in; resolves to the payload of the acknowledgement, or null if the connection was closed instead. */
  readonly onConnect: (
    connection: Connection,
    params: Readonly<Record<string, unknown>> | undefined,
  ) => Promise<Record<string, unknown> | null>;
}

type Opened = ReturnType<Server<Extra>['opened']>;

/**
 * The part of the GraphQL over WebSocket protocol (`graphql-transport-ws`) that runs no operations: the handshake, pings,
 * and what to do about malformed messages.
 */
export class Protocol {
  readonly #server: Server<Extra>;

  constructor({ connectionInitMs, onConnect }: ProtocolOptions) {
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: connectionInitMs,
      onConnect: async ({ connectionParams, extra: { connection } }) => {
        const acknowledgement = await onConnect(connection, connectionParams);
        // If it is null, the connection was closed with another code, and graphql-ws's `Forbidden` has no effect.
        if (acknowledgement === null) return false;
        connection.acknowledged = true;
        // The parameters were read and need not be kept as long as the socket is open.
        const params = connectionParams ?? {};
        for (const name of Object.keys(params)) Reflect.deleteProperty(params, name);
        return acknowledgement;
      },
    });
  }

  /** Runs the protocol on a connection; returns a function to call when it has closed. */
  opened(connection: Connection): Opened {
    return this.#server.opened(connection, { connection });
  }
}
