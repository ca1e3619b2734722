import type { Hold } from '../../src/domain/log.ts';
import { Mailbox } from '../../src/domain/mailbox.ts';
import type { AccountEntry } from '../../src/domain/person/entry.ts';
import { type CallNode, userOf } from './house.ts';

/** A client of somebody: what it was told, and which of their calls it shows. */
export class TestDevice {
  readonly events: AccountEntry[] = [];
  /** The calls that it shows, by id: whether it rings. */
  readonly shown = new Map<string, boolean>();
  /** What is wrong with what it was told. */
  readonly faults: string[] = [];
  readonly #over = new Set<string>();
  #lastPosition = -1;
  #lastCursor: string | null = null;
  #mailbox: Mailbox<AccountEntry> | null = null;
  #hold: Hold | null = null;
  #node: CallNode | null = null;
  #attending = false;

  constructor(
    readonly userId: string,
    readonly clientKey: string,
  ) {}

  /** Whether its client is connected. */
  get isOpen(): boolean {
    return this.#mailbox !== null && !this.#mailbox.closed;
  }

  /** Connects, unless it is connected or connects already. */
  async attend(node: CallNode): Promise<void> {
    if (this.#attending || this.isOpen) return;
    this.#attending = true;
    try {
      await this.#attend(node);
    } finally {
      this.#attending = false;
    }
  }

  async #attend(node: CallNode): Promise<void> {
    const mailbox = new Mailbox<AccountEntry>(1000);
    const { userId, clientKey } = this;
    const attended = await node.persons.attend(
      { user: userOf(userId), sessionId: `session-${userId}`, clientKey },
      { inbox: mailbox, after: this.#lastCursor },
      () => true,
    );
    const { hold, reply: calls, recovered, missed } = attended;
    this.#mailbox = mailbox;
    this.#hold = hold;
    this.#node = node;
    if (!recovered) {
      this.shown.clear();
      this.#lastPosition = attended.position;
      for (const call of calls) {
        if (this.#over.has(call.id)) this.faults.push(`${call.id} came back after its end`);
        this.shown.set(call.id, this.#rings(call));
      }
    }
    this.#lastCursor = attended.cursor;
    mailbox.attach({
      deliver: (event) => {
        this.#take(event);
        return true;
      },
      ended: () => {},
      overflowed: () => this.faults.push('too slow'),
    });
    mailbox.open(missed);
  }

  /** Its connection is lost. */
  async cut(): Promise<void> {
    const hold = this.#hold;
    this.#mailbox?.lose();
    this.#hold = null;
    if (hold !== null) await this.#node?.persons.detach(hold);
  }

  /** Its node has died. */
  orphan(): void {
    this.#mailbox?.lose();
    this.#hold = null;
  }

  /** It unsubscribes, and forgets what it knew. */
  async leave(): Promise<void> {
    const hold = this.#hold;
    if (hold === null) return;
    this.#mailbox?.unsubscribe();
    this.#hold = null;
    this.#lastCursor = null;
    this.shown.clear();
    await this.#node?.persons.release(hold);
  }

  #take(event: AccountEntry): void {
    this.events.push(event);
    if (event.position <= this.#lastPosition) this.faults.push(`again: ${event.type}`);
    this.#lastPosition = event.position;
    this.#lastCursor = event.cursor;
    if (event.type === 'CallEnded') {
      const { id } = event.call;
      if (this.#over.has(id)) this.faults.push(`${id} ended twice`);
      this.#over.add(id);
      this.shown.delete(id);
    } else if (event.type === 'CallRinging' || event.type === 'CallUpdated') {
      const { id } = event.call;
      if (this.#over.has(id)) this.faults.push(`${event.type} of ${id} after its end`);
      this.shown.set(id, this.#rings(event.call));
    }
  }

  #rings(call: { legs: readonly { user: { id: string }; state: string }[] }): boolean {
    return call.legs.some(({ user, state }) => user.id === this.userId && state === 'RINGING');
  }
}
