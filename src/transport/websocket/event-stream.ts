import type { ExecutionResult } from 'graphql';
import type { Eventual } from '../../domain/eventual.ts';
import type { Mailbox, MailboxReader } from '../../domain/mailbox.ts';
import type { SessionExpiring, StreamedEvent } from '../../domain/signaling/event.ts';
import type { Coerced, Operation } from '../../execution/operation.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { shaperOf } from './event-shaper.ts';
import { toWire, type Wire } from './frame-writer.ts';

/**
 * Connects a mailbox to a socket. Events go directly from the mailbox to frames. graphql-ws only holds an async generator
 * that yields nothing and lasts as long as the subscription, so that it still manages ids, completion and cleaning up.
 */
export class EventStream
  implements AsyncGenerator<ExecutionResult, void>, MailboxReader<StreamedEvent>
{
  readonly #mailbox: Mailbox<StreamedEvent>;
  readonly #connection: Connection;
  readonly #shaper: ReturnType<typeof shaperOf>;
  readonly #variables: Coerced;
  /** The text before each payload. */
  readonly #opening: Wire;
  /** Position of the newest event that was sent, and of the newest sent before the last ping. */
  #sent = -1;
  #pinged = -1;
  /** Whether an event is being shaped. The next one waits, so that it does not overtake this one. */
  #shaping = false;
  #done: ((result: IteratorResult<ExecutionResult, void>) => void) | null = null;
  #finished = false;

  constructor(
    mailbox: Mailbox<StreamedEvent>,
    connection: Connection,
    id: string,
    operation: Operation,
    variables: Coerced,
  ) {
    this.#mailbox = mailbox;
    this.#connection = connection;
    this.#opening = toWire(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    this.#shaper = shaperOf(operation);
    this.#variables = variables;
  }

  // What the mailbox calls.

  deliver(event: StreamedEvent): boolean {
    let payload: Eventual<Wire>;
    try {
      payload = this.#shaper.shape(event, this.#connection, this.#variables);
    } catch {
      // This runs during the send of another participant, which must not fail because of it.
      return this.#fail();
    }
    if (!(payload instanceof Promise)) return this.#send(event, payload);
    this.#shaping = true;
    payload.then(
      (settled) => {
        this.#shaping = false;
        if (this.#send(event, settled)) this.#mailbox.resume();
      },
      () => this.#fail(),
    );
    return false;
  }

  ended(): void {
    this.#finish();
  }

  overflowed(): void {
    this.#connection.closeTooSlow();
    this.#finish();
  }

  // What the connection calls.

  // What the mailbox asks.

  get unreadBytes(): number {
    return this.#connection.bufferedBytes;
  }

  // What the server asks.

  /** Bytes of the events that wait now. */
  get waitingBytes(): number {
    return this.#mailbox.unreadBytes - this.#connection.bufferedBytes;
  }

  /** Events that wait now. */
  get waiting(): number {
    return this.#mailbox.size;
  }

  /** The socket has room again. */
  resume(): void {
    if (!this.#shaping) this.#mailbox.resume();
  }

  /** The session ends soon, at `expiresAt`, unless it is extended. */
  tellExpiring(expiresAt: Date, at: number): void {
    const { lastCursor: cursor, lastPosition: position } = this.#mailbox;
    const expiring: SessionExpiring = { type: 'SessionExpiring', cursor, position, at, expiresAt };
    this.#mailbox.push(expiring);
  }

  /** The socket is lost; the stay waits for its client. */
  lose(): void {
    this.#detach();
    this.#mailbox.lose();
  }

  /** A ping goes out, after everything that was sent so far. */
  pinged(): void {
    this.#pinged = this.#sent;
  }

  /** The ping was answered: what was sent before it has arrived. */
  ponged(): void {
    if (this.#pinged > this.#mailbox.receivedThrough) this.#mailbox.receivedThrough = this.#pinged;
  }

  #send(event: StreamedEvent, payload: Wire): boolean {
    this.#sent = event.position;
    return this.#connection.sendNext(this.#opening, payload);
  }

  #detach(): void {
    this.#connection.streams = this.#connection.streams.filter((one) => one !== this);
  }

  #fail(): boolean {
    this.#connection.close(CloseCode.InternalError, 'Internal error');
    return false;
  }

  #finish(): void {
    this.#finished = true;
    this.#detach();
    this.#done?.({ value: undefined, done: true });
    this.#done = null;
  }

  // What graphql-ws calls.

  next(): Promise<IteratorResult<ExecutionResult, void>> {
    if (this.#finished) return Promise.resolve({ value: undefined, done: true });
    if (this.#connection.closing) {
      // The socket closed during the join: nothing else would end this stream.
      this.#mailbox.lose();
      this.#finish();
      return Promise.resolve({ value: undefined, done: true });
    }
    // Now graphql-ws knows this stream, and a `complete` of the client finds it.
    this.#connection.streams = [...this.#connection.streams, this];
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#mailbox.attach(this);
    });
  }

  return(): Promise<IteratorResult<ExecutionResult, void>> {
    // A join whose socket was lost meanwhile also ends here; its client did not ask to leave.
    if (this.#connection.lost) this.#mailbox.lose();
    else this.#mailbox.unsubscribe();
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
