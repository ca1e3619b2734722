import { BEFORE_ALL } from './cursor.ts';
import type { Inbox, Placed } from './log.ts';

/** Takes what a mailbox has, as it comes. */
export interface MailboxReader<Event extends Placed> {
  /** Takes one event; answers whether it takes more at once. After false it calls {@link Mailbox.resume}. */
  deliver(event: Event): boolean;
  /** Bytes that it has taken and not passed on yet; none where it does not say. */
  readonly unreadBytes?: number;
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
 * is attached.
 *
 * At most `limit` events wait, of `maxBytes` together, beside those it was opened with; one more and it overflows: that
 * ends it, and the reader is told, also one that attaches later.
 */
export class Mailbox<Event extends Placed> implements Inbox<Event> {
  /** Position through which the reader is known to have received everything. */
  receivedThrough = -1;
  /** Place of the newest event that was put in, taken out or not. */
  lastCursor: string = BEFORE_ALL;
  lastPosition = 0;
  readonly #limit: number;
  readonly #maxBytes: number;
  readonly #weigh: (event: Event) => number;
  /** What was pushed and waits, in bytes. */
  #bytes = 0;
  #queue: Event[] = [];
  /** Index of the first event that waits; those before it are cut off in one go. */
  #first = 0;
  /** How many of the first that wait it was opened with. */
  #prelude = 0;
  /** Index before which it is opened next: what stands before came before it was held. */
  #gap = 0;
  #opened = false;
  #ending = false;
  #closed = false;
  #overflowed = false;
  #blocked = false;
  #delivering = false;
  #reader: MailboxReader<Event> | null = null;
  #onDeparture: ((how: Departure) => void) | null = null;
  #onClosed: (() => void) | null = null;
  #departure: Departure | null = null;

  /**
   * @param limit events that may wait for a slow reader
   * @param maxBytes that they may take together
   * @param weigh about how many bytes one takes
   */
  constructor(
    limit: number,
    maxBytes = Number.POSITIVE_INFINITY,
    weigh: (event: Event) => number = () => 0,
  ) {
    this.#limit = limit;
    this.#maxBytes = maxBytes;
    this.#weigh = weigh;
  }

  /** Whether nothing can come out of it any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Events that wait now. */
  get size(): number {
    return this.#queue.length - this.#first;
  }

  /** Bytes that wait for the reader, here and with it. */
  get unreadBytes(): number {
    return this.#bytes + (this.#reader?.unreadBytes ?? 0);
  }

  /**
   * Calls `listener` once, when the reader goes away before the mailbox has ended, or has gone already. Always from
   * a microtask of its own, never inside of a push: the log must have told the others before it is entered again.
   */
  onDeparture(listener: (how: Departure) => void): void {
    if (this.#closed || this.#ending) {
      const departure = this.#departure;
      if (departure !== null) queueMicrotask(() => listener(departure));
      return;
    }
    this.#onDeparture = listener;
  }

  /** Calls `listener` once, when nothing can come out of it any more. */
  onClosed(listener: () => void): void {
    const before = this.#onClosed;
    this.#onClosed = () => {
      before?.();
      listener();
    };
  }

  /** Holds back what is pushed from now on, until it is opened again. */
  hold(): void {
    this.#opened = false;
    this.#gap = this.#queue.length;
  }

  /** Puts `first` before everything that was pushed so far, or since it was held, and lets it flow. */
  open(first: readonly Event[]): void {
    if (this.#closed) return;
    this.#queue.splice(this.#gap, 0, ...first);
    this.#prelude = this.#gap - this.#first + first.length;
    this.#gap = 0;
    this.#opened = true;
    const newest = this.#queue.at(-1);
    if (newest !== undefined) this.#place(newest);
    this.#drain();
  }

  push(event: Event): void {
    if (this.#closed || this.#ending) return;
    this.#place(event);
    if (this.#queue.length === 0 && this.#canDeliver()) {
      this.#deliver(event);
      // What came meanwhile, or the end.
      if (this.#queue.length > 0 || this.#ending) this.#drain();
      return;
    }
    this.#bytes += this.#weigh(event);
    if (this.size - this.#prelude >= this.#limit || this.#bytes > this.#maxBytes) this.#overflow();
    else this.#queue.push(event);
  }

  /** Ends it after what is queued; what is pushed later is dropped. */
  end(): void {
    if (this.#closed || this.#ending) return;
    this.#ending = true;
    this.#onDeparture = null;
    this.#drain();
  }

  /** Hands everything to `reader` from now on, what waits first. */
  attach(reader: MailboxReader<Event>): void {
    this.#reader = reader;
    if (!this.#closed) this.#drain();
    else if (this.#overflowed) reader.overflowed();
    else reader.ended();
  }

  /** The reader takes more again. */
  resume(): void {
    this.#blocked = false;
    this.#drain();
  }

  /** The reader's connection is gone, without a word. */
  lose(): void {
    if (!this.#closed) this.#close('lost');
  }

  /** What should come cannot: the reader is told as if it had been too slow, so that its client comes back. */
  abandon(): void {
    if (!this.#closed) this.#overflow();
  }

  /** The reader wants no more. */
  unsubscribe(): void {
    if (!this.#closed) this.#close('unsubscribed');
  }

  #canDeliver(): boolean {
    return this.#opened && this.#reader !== null && !this.#blocked && !this.#delivering;
  }

  #deliver(event: Event): void {
    this.#delivering = true;
    if (this.#reader?.deliver(event) === false) this.#blocked = true;
    this.#delivering = false;
  }

  #drain(): void {
    while (!this.#closed && this.#canDeliver()) {
      const event = this.#queue[this.#first];
      if (event === undefined) break;
      this.#first += 1;
      if (this.#prelude > 0) this.#prelude -= 1;
      else this.#bytes -= this.#weigh(event);
      this.#deliver(event);
    }
    if (this.#closed || this.#delivering) return;
    if (this.#first > 0) {
      this.#queue.splice(0, this.#first);
      this.#gap = Math.max(0, this.#gap - this.#first);
      this.#first = 0;
    }
    // Ended for the reader only when it took everything, so not before there is one.
    if (this.#ending && this.#queue.length === 0 && this.#canDeliver()) {
      this.#closed = true;
      this.#reader?.ended();
      this.#onClosed?.();
    }
  }

  #place({ cursor, position }: Event): void {
    this.lastCursor = cursor;
    this.lastPosition = position;
  }

  #overflow(): void {
    this.#overflowed = true;
    this.#close('lost');
    this.#reader?.overflowed();
  }

  #close(how: Departure): void {
    const listener = this.#onDeparture;
    this.#onDeparture = null;
    this.#departure = this.#ending ? null : how;
    this.#closed = true;
    this.#queue = [];
    this.#first = 0;
    this.#prelude = 0;
    this.#bytes = 0;
    if (listener !== null) queueMicrotask(() => listener(how));
    this.#onClosed?.();
  }
}
