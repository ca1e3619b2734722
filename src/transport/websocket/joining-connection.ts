import type { Hold } from '../../domain/log.ts';
import type { JoiningClient } from '../../domain/signaling/joining-client.ts';
import type { Context } from '../../graphql/context.ts';
import type { Connection } from './connection.ts';

/** A connection that joins a room with one of its operations. */
class JoiningConnection implements JoiningClient {
  readonly #connection: Connection;
  readonly #id: string;

  constructor(connection: Connection, id: string) {
    this.#connection = connection;
    this.#id = id;
  }

  isThere(): boolean {
    const { closing, running } = this.#connection;
    // A client that completes an operation cancels it.
    return !closing && running !== null && this.#id in running;
  }

  entered(hold: Hold): void {
    this.#connection.setHold(hold.key, hold);
  }

  left(hold: Hold): void {
    if (this.#connection.caller?.holds?.includes(hold) === true) {
      this.#connection.setHold(hold.key, null);
    }
  }
}

/** The context of a subscription that begins on a connection. @param id the id of the operation */
export function contextOf(connection: Connection, id: string): Context {
  const { services, caller, exchange, address, userAgent } = connection;
  const client = new JoiningConnection(connection, id);
  return { services, caller, exchange, address, userAgent, client };
}
