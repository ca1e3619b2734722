import type { RoomEvent } from './event.ts';

/** Takes what a mailbox has, as it comes. */
export interface MailboxReader {
  /** Takes one event; answers whether it takes more at once. After false it calls {@link Mailbox.resume}. */
  deliver(event: RoomEvent): boolean;
  /** Nothing comes any more. */
  ended(): void;
  /** The reader was too slow and the mailbox is full: nothing comes any more, and what was queued is gone. */
  overflowed(): void;
}

/** How a reader went away: it said so, or its connection was lost. */
export type Departure = 'unsubscribed' | 'lost';

/**
 * The bounded queue between a room's log and one reader. It takes events from its making on, holds them until it
 * is opened with what stands before them, and hands them over in order, without timers or promises when a reader
 * is attached. It can be read as an async iterable instead, once, whose iterator answers `return()` at once.
 */
export class Mailbox implements AsyncIterable<RoomEvent> {
  /** Position of the last event handed to the reader. */
  deliveredThrough = -1;
  /** Position through which the reader is known to have received everything. */
  receivedThrough = -1;
  readonly #limit: number;
  #queue: RoomEvent[] = [];
  #opened = false;
  #ending = false;
  #closed = false;
  #blocked = false;
  #draining = false;
  #reader: MailboxReader | null = null;
  #onDeparture: ((how: Departure) => void) | null = null;

  /** @param limit events that may wait for a slow reader */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether nothing can come out of it any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Events that wait now. */
  get size(): number {
    return this.#queue.length;
  }

  /** Calls `listener` once, when the reader goes away before the mailbox has ended. */
  onDeparture(listener: (how: Departure) => void): void {
    this.#onDeparture = listener;
  }

  /** Puts `first` before everything that was pushed so far, and lets it flow. */
  open(first: readonly RoomEvent[]): void {
    this.#queue.unshift(...first);
    this.#opened = true;
    this.#drain();
  }

  push(event: RoomEvent): void {
    if (this.#closed || this.#ending) return;
    if (this.#queue.length === 0 && this.#canDeliver()) {
      this.#hand(event);
      return;
    }
    if (this.#queue.length >= this.#limit && this.#opened) {
      this.#overflow();
      return;
    }
    this.#queue.push(event);
  }

  /** Ends it after what is queued; what is pushed later is dropped. */
  end(): void {
    if (this.#closed || this.#ending) return;
    this.#ending = true;
    this.#onDeparture = null;
    this.#drain();
  }

  /** Hands everything to `reader` from now on, what waits first. */
  attach(reader: MailboxReader): void {
    this.#reader = reader;
    this.#drain();
  }

  /** The reader takes more again. */
  resume(): void {
    this.#blocked = false;
    this.#drain();
  }

  /** The reader's connection is gone, without a word. */
  lose(): void {
    this.#depart('lost');
  }

  /** The reader wants no more. */
  unsubscribe(): void {
    this.#depart('unsubscribed');
  }

  [Symbol.asyncIterator](): AsyncIterator<RoomEvent> {
    return new MailboxIterator(this);
  }

  #canDeliver(): boolean {
    return this.#opened && this.#reader !== null && !this.#blocked && !this.#draining;
  }

  #hand(event: RoomEvent): void {
    this.deliveredThrough = event.position;
    // Blocked while it is at it, so that an event that this one causes waits its turn.
    this.#blocked = true;
    this.#blocked = this.#reader?.deliver(event) === false;
    if (this.#queue.length > 0) this.#drain();
  }

  #drain(): void {
    if (!this.#canDeliver() || this.#closed) return;
    this.#draining = true;
    let taken = 0;
    while (!this.#blocked && !this.#closed) {
      const event = this.#queue[taken];
      if (event === undefined) break;
      taken += 1;
      this.deliveredThrough = event.position;
      this.#blocked = this.#reader?.deliver(event) === false;
    }
    this.#queue.splice(0, taken);
    this.#draining = false;
    if (this.#ending && this.#queue.length === 0 && !this.#closed) {
      this.#closed = true;
      this.#reader?.ended();
    }
  }

  #overflow(): void {
    const listener = this.#close();
    // Later, since this runs inside of a push: the log must not be entered again before it has told the others.
    queueMicrotask(() => listener?.('lost'));
    this.#reader?.overflowed();
  }

  #depart(how: Departure): void {
    if (!this.#closed) this.#close()?.(how);
  }

  #close(): ((how: Departure) => void) | null {
    const listener = this.#onDeparture;
    this.#onDeparture = null;
    this.#closed = true;
    this.#queue = [];
    return listener;
  }
}

/** Reads a mailbox for executors that know nothing of readers. */
class MailboxIterator implements AsyncIterator<RoomEvent>, MailboxReader {
  readonly #mailbox: Mailbox;
  #waiting: {
    resolve: (result: IteratorResult<RoomEvent>) => void;
    reject: (error: Error) => void;
  } | null = null;
  #held: RoomEvent | null = null;
  #outcome: 'open' | 'ended' | 'overflowed' = 'open';

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
    mailbox.attach(this);
  }

  deliver(event: RoomEvent): boolean {
    const waiting = this.#waiting;
    if (waiting === null) {
      this.#held = event;
      return false;
    }
    this.#waiting = null;
    waiting.resolve({ value: event, done: false });
    return true;
  }

  ended(): void {
    this.#outcome = 'ended';
    this.#waiting?.resolve({ value: undefined, done: true });
    this.#waiting = null;
  }

  overflowed(): void {
    this.#outcome = 'overflowed';
    this.#waiting?.reject(new MailboxOverflowError());
    this.#waiting = null;
  }

  next(): Promise<IteratorResult<RoomEvent>> {
    if (this.#held !== null) {
      const value = this.#held;
      this.#held = null;
      this.#mailbox.resume();
      return Promise.resolve({ value, done: false });
    }
    if (this.#outcome === 'overflowed') return Promise.reject(new MailboxOverflowError());
    if (this.#outcome === 'ended') return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<RoomEvent>> {
    this.#mailbox.unsubscribe();
    this.#held = null;
    this.ended();
    return Promise.resolve({ value: undefined, done: true });
  }
}

/** The reader was too slow: its mailbox was full. */
export class MailboxOverflowError extends Error {
  constructor() {
    super('The reader was too slow and its mailbox is full; reconnect and resume.');
  }
}
