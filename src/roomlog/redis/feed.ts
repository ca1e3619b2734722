import type { Timer } from '../../domain/clock.ts';
import { CursorWriter } from '../../domain/cursor.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { LogEntry } from '../../domain/room/entry.ts';
import type { Entrance, Hold, Knock, KnockAnswer, Waiter } from '../../domain/signaling/ports.ts';
import { type Heading, readEntry, readHeading } from './entry.ts';

/** A stay that this node looks after: one that a mailbox here holds, or that waits for its client. */
export interface LocalStay {
  readonly hold: Hold;
  readonly userId: string;
  readonly sessionId: string;
  readonly epoch: string;
  /** What came up to here the mailbox has been given already. */
  readonly floor: number;
  mailbox: Mailbox | null;
  /** Runs while nobody holds it. */
  grace: Timer | null;
  /** What the log was last told that the mailbox knows to be received. */
  toldThrough: number;
}

/** A knock of somebody who waits at this node. */
export interface LocalWaiter {
  readonly knock: Knock;
  readonly entrance: Entrance;
  readonly waiter: Waiter;
}

/** One log of the room: all that is for this node, since it listens. */
interface View {
  readonly cursors: CursorWriter;
  position: number;
  /** What came while something before it was still missing; null where nothing is. */
  ahead: string[] | null;
}

/** What has been missed after a position of a log. */
export interface CaughtUp {
  /** Whether the log goes on there, and everything after it is still held. */
  readonly complete: boolean;
  readonly messages: readonly string[];
}

/** A room's entries as they come to this node, in the log's order, for all its stays here; what is for others does not. */
export class Feed {
  readonly stays = new Map<string, LocalStay>();
  readonly waiters = new Map<string, LocalWaiter>();
  /** Resolves once this node hears of everything that it is told. */
  readonly opened: Promise<void>;
  /** Whether the room has to be noted anew as one that this node looks after. */
  unlisted = false;
  readonly #views = new Map<string, View>();
  readonly #refill: (epoch: string, position: number) => void;
  readonly #onIdle: () => void;
  /** How many are on their way in; what comes meanwhile is kept for them. */
  #pending = 0;
  #recent: string[] = [];

  constructor(
    readonly roomId: string,
    parts: {
      opened: Promise<void>;
      /** Asks for what is missing after a position; {@link Feed.caughtUp} is called with it. */
      refill: (epoch: string, position: number) => void;
      /** Nobody here has anything to do with the room any more. */
      onIdle: () => void;
    },
  ) {
    this.opened = parts.opened;
    this.#refill = parts.refill;
    this.#onIdle = parts.onIdle;
  }

  get isIdle(): boolean {
    return this.stays.size === 0 && this.waiters.size === 0 && this.#pending === 0;
  }

  /** The logs that this node follows, each with the position through which it has everything. */
  *views(): IterableIterator<[epoch: string, position: number]> {
    for (const [epoch, { position }] of this.#views) yield [epoch, position];
  }

  cursors(epoch: string): CursorWriter {
    return this.#views.get(epoch)?.cursors ?? new CursorWriter(epoch);
  }

  /** Runs what may bring a stay here; from now on until it is done, everything that comes is kept. */
  async expecting<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pending += 1;
    try {
      await this.opened;
      return await work();
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#recent = [];
      this.rest();
    }
  }

  /** Takes over a stay, of which everything through `through` is known. It must be {@link Feed.expecting}. */
  admit(stay: LocalStay, through: number): void {
    const { stayId } = stay.hold;
    const former = this.stays.get(stayId);
    if (former !== undefined && former.hold.fence > stay.hold.fence) {
      stay.mailbox?.end();
      return;
    }
    if (former !== undefined) {
      former.grace?.cancel();
      former.mailbox?.end();
    }
    this.stays.set(stayId, stay);
    const recent = this.#recent;
    if (this.#views.has(stay.epoch)) {
      for (const message of recent) this.#catchUp(stay, message);
      return;
    }
    const cursors = new CursorWriter(stay.epoch);
    this.#views.set(stay.epoch, { cursors, position: through, ahead: null });
    this.#recent = [];
    for (const message of recent) this.receive(message);
    this.#recent = recent;
  }

  /** Takes what this node is told: `! …`, or an entry and before it the position of what it was told before. */
  receive(message: string): void {
    if (message.startsWith('! ')) {
      if (this.#pending > 0) this.#recent.push(message);
      this.#heed(message);
      return;
    }
    const start = entryStart(message);
    const heading = readHeading(message, start);
    const view = this.#views.get(heading.epoch);
    if (view === undefined) {
      if (this.#pending > 0) this.#recent.push(message);
    } else if (view.ahead !== null) {
      view.ahead.push(message);
    } else if (heading.position <= view.position) {
      return;
    } else if (Number(message.slice(0, start)) <= view.position) {
      this.#deliver(view, message, heading);
    } else {
      view.ahead = [message];
      this.#refill(heading.epoch, view.position);
    }
  }

  /** Holds back what comes of a log until it has caught up. */
  pause(epoch: string): void {
    const view = this.#views.get(epoch);
    if (view !== undefined) view.ahead ??= [];
  }

  /** Takes what was missing; null where it could not be asked for and will be later. */
  caughtUp(epoch: string, missing: CaughtUp | null): void {
    const view = this.#views.get(epoch);
    if (view === undefined) return;
    const later = view.ahead ?? [];
    view.ahead = null;
    if (missing === null) return;
    if (!missing.complete) {
      this.#views.delete(epoch);
      for (const stay of [...this.stays.values()]) {
        if (stay.epoch === epoch && stay.mailbox !== null) this.drop(stay, 'abandon');
      }
    } else {
      // All that there is, and so nothing is missing before any of it.
      for (const entry of missing.messages) this.receive(`0 ${entry}`);
      for (const message of later) this.receive(message);
    }
    this.rest();
  }

  /** Lets go of a stay: it has ended, or is somebody else's now. */
  drop(stay: LocalStay, how: 'end' | 'abandon'): void {
    const { stayId } = stay.hold;
    if (this.stays.get(stayId) !== stay) return;
    this.stays.delete(stayId);
    stay.grace?.cancel();
    const { mailbox } = stay;
    stay.mailbox = null;
    if (how === 'end') mailbox?.end();
    else mailbox?.abandon();
  }

  /** A knock has ended; its waiter is told of an answer. */
  endKnock(knockId: string, answer: KnockAnswer | null): void {
    const found = this.waiters.get(knockId);
    if (!this.waiters.delete(knockId)) return;
    if (answer !== null) found?.waiter.answered(answer);
  }

  /** Says so where nothing is left to do. */
  rest(): void {
    for (const epoch of this.#views.keys()) {
      if (![...this.stays.values()].some((stay) => stay.epoch === epoch)) this.#views.delete(epoch);
    }
    if (this.isIdle) this.#onIdle();
  }

  #deliver(view: View, message: string, heading: Heading): void {
    view.position = heading.position;
    if (this.#pending > 0) this.#recent.push(message);
    const { epoch, to } = heading;
    if (to !== null) {
      const stay = this.stays.get(to);
      if (stay?.mailbox && stay.epoch === epoch && heading.position > stay.floor) {
        stay.mailbox.push(readEntry(message, heading, view.cursors));
      }
      return;
    }
    const entry = readEntry(message, heading, view.cursors);
    for (const stay of [...this.stays.values()]) {
      if (stay.epoch === epoch) this.#push(stay, entry, heading);
    }
  }

  /** Gives one who has just come in what the others here have had already. */
  #catchUp(stay: LocalStay, message: string): void {
    if (message.startsWith('! ')) {
      this.#heed(message);
      return;
    }
    const heading = readHeading(message, entryStart(message));
    if (heading.epoch !== stay.epoch) return;
    if (heading.to !== null && heading.to !== stay.hold.stayId) return;
    this.#push(stay, readEntry(message, heading, this.cursors(stay.epoch)), heading);
  }

  #push(stay: LocalStay, entry: LogEntry, { position, to, who }: Heading): void {
    const { stayId } = stay.hold;
    if (position <= stay.floor) return;
    if (to !== null || who !== stayId) stay.mailbox?.push(entry);
    if (entry.type === 'ParticipantLeft') {
      // Where the room is closed one more entry follows.
      if (entry.participant.id === stayId && entry.reason !== 'ROOM_CLOSED') this.#ended(stay);
    } else if (entry.type === 'RoomClosed') this.#ended(stay);
  }

  #ended(stay: LocalStay): void {
    this.drop(stay, 'end');
    // After this entry has gone to everybody.
    if (this.stays.size === 0) queueMicrotask(() => this.rest());
  }

  /** What nodes tell each other beside the log. */
  #heed(message: string): void {
    const [, what, id = '', value = ''] = message.split(' ');
    if (what === 'knock') {
      const answer = ANSWERS.find((one) => one === value);
      if (answer !== undefined) this.endKnock(id, answer);
    } else {
      const stay = this.stays.get(id);
      if (stay === undefined || stay.hold.fence >= Number(value)) return;
      if (what === 'lost') this.unlisted = true;
      this.drop(stay, what === 'lost' ? 'abandon' : 'end');
    }
    this.rest();
  }
}

/** Where the entry of a message begins, after a position and a space. */
function entryStart(message: string): number {
  return message.indexOf(' ') + 1;
}

const ANSWERS: readonly KnockAnswer[] = ['admitted', 'denied', 'replaced', 'closed'];
