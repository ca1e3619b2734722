import type { ExecutionResult } from 'graphql';
import type { RoomEvent } from '../../domain/signaling/event.ts';
import type { Mailbox, MailboxReader } from '../../domain/signaling/mailbox.ts';
import type { Operation, Variables } from '../operations/operations.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';

/**
 * Carries a mailbox to a socket. Events go straight from the mailbox to frames; what graphql-ws holds of it is the
 * async generator of the operation, which yields nothing and lasts as long as the subscription: so the protocol core
 * keeps what it is good at, ids, completion and cleaning up.
 */
export class RoomStream implements AsyncGenerator<ExecutionResult, void>, MailboxReader {
  readonly #mailbox: Mailbox;
  readonly #connection: Connection;
  readonly #operation: Operation;
  readonly #variables: Variables | null | undefined;
  readonly #id: string;
  /** Position of the newest event sent before the last ping. */
  #pinged = -1;
  #done: ((result: IteratorResult<ExecutionResult, void>) => void) | null = null;
  #finished = false;

  constructor(
    mailbox: Mailbox,
    connection: Connection,
    id: string,
    operation: Operation,
    variables: Variables | null | undefined,
  ) {
    this.#mailbox = mailbox;
    this.#connection = connection;
    this.#id = id;
    this.#operation = operation;
    this.#variables = variables;
  }

  // What the mailbox calls.

  deliver(event: RoomEvent): boolean {
    const result = this.#operation.run(event, this.#connection, this.#variables);
    if (!(result instanceof Promise)) return this.#send(result);
    result.then(
      (settled) => {
        if (this.#send(settled)) this.#mailbox.resume();
      },
      () => this.#connection.close(CloseCode.InternalError, 'Internal error'),
    );
    return false;
  }

  ended(): void {
    this.#finish();
  }

  overflowed(): void {
    this.#connection.close(CloseCode.TooSlow, 'Too slow: reconnect and resume');
    this.#finish();
  }

  // What the connection calls.

  /** The socket has room again. */
  resume(): void {
    this.#mailbox.resume();
  }

  /** The socket is lost; the stay waits for its client. */
  lose(): void {
    this.#connection.streams.delete(this);
    this.#mailbox.lose();
  }

  /** A ping goes out, after everything that was sent so far. */
  pinged(): void {
    this.#pinged = this.#mailbox.deliveredThrough;
  }

  /** The ping was answered: what was sent before it has arrived. */
  ponged(): void {
    if (this.#pinged > this.#mailbox.receivedThrough) this.#mailbox.receivedThrough = this.#pinged;
  }

  #send(result: ExecutionResult): boolean {
    return this.#connection.sendNext(this.#id, result);
  }

  #finish(): void {
    this.#finished = true;
    this.#connection.streams.delete(this);
    this.#done?.({ value: undefined, done: true });
    this.#done = null;
  }

  // What graphql-ws calls.

  next(): Promise<IteratorResult<ExecutionResult, void>> {
    if (this.#finished) return Promise.resolve({ value: undefined, done: true });
    // Now graphql-ws knows this stream, and a `complete` of the client finds it.
    this.#connection.streams.add(this);
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#mailbox.attach(this);
    });
  }

  return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#mailbox.unsubscribe();
    this.#finish();
    return Promise.resolve({ value: undefined, done: true });
  }

  throw(error: unknown): Promise<never> {
    this.lose();
    this.#finish();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
