import { BEFORE_ALL } from './cursor.ts';
import type { Inbox, Placed } from './log.ts';

/** Receives the events of a mailbox. */
export interface MailboxReader<Event extends Placed> {
  /** Takes one event; returns whether it can take more now. After false it calls {@link Mailbox.resume}. */
  deliver(event: Event): boolean;
  /** Bytes that it has taken and not sent yet; undefined counts as none. */
  readonly unreadBytes?: number;
  /** No more events will come. */
  ended(): void;
  /** The reader was too slow and the mailbox was full: no more events will come, and the queued ones are dropped. */
  overflowed(): void;
}

/** How a reader went away: it unsubscribed, or its connection was lost. */
export type Departure = 'unsubscribed' | 'lost';

/**
 * The bounded queue between a room's log and one reader. It accepts events as soon as it exists and holds them until it
 * is opened with the events that come before them. Then it delivers all of them in order to the attached reader, without
 * timers or promises.
 *
 * At most `limit` events of `maxBytes` together may wait, not counting those it was opened with. One more makes it
 * overflow: it ends, and its reader is told, even one that attaches later.
 */
export class Mailbox<Event extends Placed> implements Inbox<Event> {
  /** Position through which the reader is known to have received everything. */
  receivedThrough = -1;
  /** Cursor of the newest event that was pushed, delivered or not. */
  lastCursor: string = BEFORE_ALL;
  lastPosition = 0;
  readonly #limit: number;
  readonly #maxBytes: number;
  readonly #weigh: (event: Event) => number;
  /** Bytes of the pushed events that wait. */
  #bytes = 0;
  #queue: Event[] = [];
  /** Index of the first event that waits; the delivered ones before it are removed together later. */
  #first = 0;
  /** How many of the waiting events, from the first, are those it was opened with. */
  #prelude = 0;
  /** Where `open` inserts events: those before this index came before `hold`. */
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

  /** Whether it has stopped delivering for good. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Events that wait now. */
  get size(): number {
    return this.#queue.length - this.#first;
  }

  /** Bytes that wait here and in the reader. */
  get unreadBytes(): number {
    return this.#bytes + (this.#reader?.unreadBytes ?? 0);
  }

  /**
   * Calls `listener` once when the reader goes away before the mailbox has ended, also if it already has. The call comes
   * from its own microtask, never during a push: the log must finish telling the others first.
   */
  onDeparture(listener: (how: Departure) => void): void {
    if (this.#closed || this.#ending) {
      const departure = this.#departure;
      if (departure !== null) queueMicrotask(() => listener(departure));
      return;
    }
    this.#onDeparture = listener;
  }

  /** Calls `listener` once, when it has stopped delivering for good. */
  onClosed(listener: () => void): void {
    this.#onClosed = listener;
  }

  /** Stops delivering what is pushed from now on, until it is opened again. */
  hold(): void {
    this.#opened = false;
    this.#gap = this.#queue.length;
  }

  /** Inserts `first` before everything that was pushed so far, or since `hold`, and starts to deliver. */
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
      // Events may have come meanwhile, or the end.
      if (this.#queue.length > 0 || this.#ending) this.#drain();
      return;
    }
    this.#bytes += this.#weigh(event);
    if (this.size - this.#prelude >= this.#limit || this.#bytes > this.#maxBytes) this.#overflow();
    else this.#queue.push(event);
  }

  /** Ends it after the queued events; later pushes are ignored. */
  end(): void {
    if (this.#closed || this.#ending) return;
    this.#ending = true;
    this.#onDeparture = null;
    this.#drain();
  }

  /** Delivers everything to `reader` from now on, beginning with what waits. */
  attach(reader: MailboxReader<Event>): void {
    this.#reader = reader;
    if (!this.#closed) this.#drain();
    else if (this.#overflowed) reader.overflowed();
    else reader.ended();
  }

  /** The reader can take more again. */
  resume(): void {
    this.#blocked = false;
    this.#drain();
  }

  /** The reader's connection was lost. */
  lose(): void {
    if (!this.#closed) this.#close('lost');
  }

  /** Events cannot be delivered any more: the reader is told that it overflowed, so that its client resumes. */
  abandon(): void {
    if (!this.#closed) this.#overflow();
  }

  /** The reader has unsubscribed. */
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
    // It ends only when the reader has taken everything, so not before there is a reader.
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
