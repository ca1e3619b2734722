import type { Eventual } from '../../domain/eventual.ts';
import type { Hold } from '../../domain/log.ts';
import type { Mailbox, MailboxReader } from '../../domain/mailbox.ts';
import type { SessionExpiring, StreamedEvent } from '../../domain/signaling/event.ts';
import type { JoiningClient } from '../../domain/signaling/joining-client.ts';
import type { Coerced, Operation } from '../../execution/operation.ts';
import { sendComplete } from './answers.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { shaperOf } from './event-shaper.ts';
import { toWire, type Wire } from './frame-writer.ts';

const NO_VARIABLES: Coerced = { values: {} };

/**
 * A subscription of a client. It has no mailbox while it begins, for example while a join is under way. Once it is
 * started, events go directly from its mailbox to frames.
 */
export class EventStream implements MailboxReader<StreamedEvent>, JoiningClient {
  readonly id: string;
  readonly #connection: Connection;
  readonly #shaper: ReturnType<typeof shaperOf>;
  /** The text before each payload. */
  readonly #opening: Wire;
  #variables = NO_VARIABLES;
  #mailbox: Mailbox<StreamedEvent> | null = null;
  /** Position of the newest event that was sent, and of the newest sent before the last ping. */
  #sent = -1;
  #pinged = -1;
  /** Whether an event is being shaped. The next one waits, so that it does not overtake this one. */
  #shaping = false;

  constructor(connection: Connection, id: string, operation: Operation) {
    this.id = id;
    this.#connection = connection;
    this.#opening = toWire(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    this.#shaper = shaperOf(operation);
  }

  /** Delivers the events of a mailbox from now on, unless the client has gone or completed it meanwhile. */
  start(mailbox: Mailbox<StreamedEvent>, variables: Coerced): void {
    const { closing, lost } = this.#connection;
    const isWanted = this.#connection.streams.includes(this);
    if (isWanted ? closing : lost) mailbox.lose();
    else if (!isWanted) mailbox.unsubscribe();
    if (!isWanted || closing) return;
    this.#mailbox = mailbox;
    this.#variables = variables;
    mailbox.attach(this);
  }

  /** Takes it off its connection; returns whether it was there. */
  remove(): boolean {
    const { streams } = this.#connection;
    if (!streams.includes(this)) return false;
    this.#connection.streams = streams.filter((one) => one !== this);
    return true;
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
        if (this.#send(event, settled)) this.#mailbox?.resume();
      },
      () => this.#fail(),
    );
    return false;
  }

  get unreadBytes(): number {
    return this.#connection.bufferedBytes;
  }

  ended(): void {
    if (this.remove()) sendComplete(this.#connection, this.id);
  }

  overflowed(): void {
    this.#connection.closeTooSlow();
    this.remove();
  }

  // What a join asks and tells.

  isThere(): boolean {
    return !this.#connection.closing && this.#connection.streams.includes(this);
  }

  entered(hold: Hold): void {
    this.#connection.setHold(hold.key, hold);
  }

  left(hold: Hold): void {
    if (this.#connection.caller?.holds?.includes(hold) === true) {
      this.#connection.setHold(hold.key, null);
    }
  }

  // What the connection calls.

  /** Bytes of the events that wait now. */
  get waitingBytes(): number {
    return this.#mailbox === null ? 0 : this.#mailbox.unreadBytes - this.unreadBytes;
  }

  /** Events that wait now. */
  get waiting(): number {
    return this.#mailbox?.size ?? 0;
  }

  /** The socket has room again. */
  resume(): void {
    if (!this.#shaping) this.#mailbox?.resume();
  }

  /** The session ends soon, at `expiresAt`, unless it is extended. */
  tellExpiring(expiresAt: Date, at: number): void {
    if (this.#mailbox === null) return;
    const { lastCursor: cursor, lastPosition: position } = this.#mailbox;
    const expiring: SessionExpiring = { type: 'SessionExpiring', cursor, position, at, expiresAt };
    this.#mailbox.push(expiring);
  }

  /** The client has completed it. */
  complete(): void {
    this.remove();
    this.#mailbox?.unsubscribe();
  }

  /** The socket is lost; the stay waits for its client. */
  lose(): void {
    this.remove();
    this.#mailbox?.lose();
  }

  /** A ping goes out, after everything that was sent so far. */
  pinged(): void {
    this.#pinged = this.#sent;
  }

  /** The ping was answered: what was sent before it has arrived. */
  ponged(): void {
    const mailbox = this.#mailbox;
    if (mailbox !== null && this.#pinged > mailbox.receivedThrough) {
      mailbox.receivedThrough = this.#pinged;
    }
  }

  #send(event: StreamedEvent, payload: Wire): boolean {
    this.#sent = event.position;
    return this.#connection.sendNext(this.#opening, payload);
  }

  #fail(): boolean {
    this.#connection.close(CloseCode.InternalError, 'Internal error');
    return false;
  }
}
