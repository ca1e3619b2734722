import { mustHaveAccount } from '../accounts/reach.ts';
import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { GoneError, UnauthenticatedError } from '../errors.ts';
import { Mailbox } from '../mailbox.ts';
import { shownAt, weigh } from '../person/entry.ts';
import type { LivePersons } from '../person/live-persons.ts';
import { ANY_CLIENT, type JoiningClient } from '../signaling/joining-client.ts';
import { mustNotWait, type SendBudgets } from '../signaling/send-budgets.ts';
import { checkClientKey } from '../signaling/signal-rules.ts';
import type { AccountEvent } from './account-event.ts';
import type { PresenceTelling } from './presence-telling.ts';

export interface AttendRequest {
  readonly clientKey: string | null;
  readonly after: string | null;
}

/** Makes a client a device of its user, on which the user can be rung. */
export class Attending {
  readonly #persons: LivePersons;
  readonly #presence: PresenceTelling;
  readonly #sessions: Sessions;
  readonly #joins: SendBudgets;
  readonly #clock: Clock;
  readonly #mailboxEvents: number;
  readonly #mailboxBytes: number;
  /** By user: what the devices at this node read from, and the time of their snapshots. */
  readonly #open = new Map<string, Map<Mailbox<AccountEvent>, number>>();

  constructor(parts: {
    persons: LivePersons;
    presence: PresenceTelling;
    sessions: Sessions;
    /** How often each account may join a room or attend. */
    joins: SendBudgets;
    /** By which calls ring. */
    clock: Clock;
    /** How many events may wait for one slow reader. */
    mailboxEvents: number;
    /** How many bytes they may take together. */
    mailboxBytes: number;
  }) {
    this.#persons = parts.persons;
    this.#presence = parts.presence;
    this.#sessions = parts.sessions;
    this.#joins = parts.joins;
    this.#clock = parts.clock;
    this.#mailboxEvents = parts.mailboxEvents;
    this.#mailboxBytes = parts.mailboxBytes;
    parts.sessions.onEnded(({ sessionId }) => this.#persons.endSession(sessionId));
    parts.persons.onCallsSeen((userId, until) => this.#tellCallsSeen(userId, until));
  }

  /**
   * Begins or resumes a device. The mailbox yields a snapshot first and then every later event. The device ends when its
   * reader unsubscribes.
   *
   * @throws InvalidInputError, RateLimitedError, ForbiddenError, UnauthenticatedError, UnavailableError
   */
  async attend(
    caller: Caller,
    { clientKey, after }: AttendRequest,
    client: JoiningClient = ANY_CLIENT,
  ): Promise<Mailbox<AccountEvent>> {
    mustHaveAccount(caller);
    checkClientKey(clientKey);
    mustNotWait(this.#joins.spendOutside(caller.accountId, this.#clock.elapsed()));
    const mailbox = new Mailbox<AccountEvent>(
      this.#mailboxEvents,
      this.#mailboxBytes,
      bytesOfEvent,
    );
    try {
      await this.#begin(caller, { clientKey, after }, client, mailbox);
    } catch (error) {
      if (!(error instanceof GoneError)) throw error;
      mailbox.open([]);
      mailbox.end();
    }
    return mailbox;
  }

  async #begin(
    caller: Caller,
    { clientKey, after }: AttendRequest,
    client: JoiningClient,
    mailbox: Mailbox<AccountEvent>,
  ): Promise<void> {
    const { accountId, name, sessionId } = caller;
    if (this.#sessions.hasEnded(sessionId)) throw new UnauthenticatedError();
    const user = { id: accountId, name, isGuest: false };
    const isThere = () => !mailbox.closed && client.isThere();
    const attended = await this.#persons.attend(
      { user, sessionId, clientKey },
      { inbox: mailbox, after },
      isThere,
    );
    const { hold, cursor, position, at, recovered, missed, reply: calls } = attended;
    if (this.#sessions.hasEnded(sessionId)) {
      // The session was ended while the log was asked, and that did not find this device.
      await this.#persons.release(hold);
      throw new UnauthenticatedError();
    }
    mailbox.onDeparture((how) => {
      if (how === 'lost') this.#persons.detach(hold);
      else this.#persons.release(hold);
    });
    try {
      const contacts = await this.#presence.contactsOf(accountId);
      const now = this.#clock.now();
      const snapshot: AccountEvent = {
        ...{ type: 'AccountSnapshot', cursor, position, at, contacts, recovered },
        calls: calls.map((call) => ({ ...call, shownAt: now })),
      };
      mailbox.open([snapshot, ...missed.map((entry) => shownAt(entry, now))]);
      this.#remember(accountId, mailbox, at);
    } catch (error) {
      mailbox.lose();
      throw error;
    }
  }

  #remember(userId: string, mailbox: Mailbox<AccountEvent>, at: number): void {
    if (mailbox.closed) return;
    const mailboxes = this.#open.get(userId) ?? new Map();
    this.#open.set(userId, mailboxes.set(mailbox, at));
    mailbox.onClosed(() => {
      mailboxes.delete(mailbox);
      if (mailboxes.size === 0) this.#open.delete(userId);
    });
  }

  /**
   * This event is not an entry of a log, because older servers would not know it. A client that was away asks for the
   * value again, so it misses nothing.
   */
  #tellCallsSeen(userId: string, until: number): void {
    for (const [mailbox, since] of this.#open.get(userId) ?? []) {
      const { lastCursor: cursor, lastPosition: position } = mailbox;
      // The log's time may be a moment ahead, and a client ignores what is older than its snapshot.
      const at = Math.max(since, this.#clock.now());
      mailbox.push({ type: 'CallsSeen', cursor, position, at, until: new Date(until) });
    }
  }
}

/** The bytes that any event takes, and each of its parts. */
const EVENT_BYTES = 1000;
const PART_BYTES = 300;

function bytesOfEvent(event: AccountEvent): number {
  switch (event.type) {
    case 'AccountSnapshot':
      return EVENT_BYTES + (event.calls.length + event.contacts.length) * PART_BYTES;
    case 'CallsSeen':
    case 'SessionExpiring':
      return EVENT_BYTES;
    default:
      return weigh(event);
  }
}
