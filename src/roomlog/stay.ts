import type { Timer } from '../domain/clock.ts';
import type { Mailbox } from '../domain/signaling/mailbox.ts';
import type { Participant } from '../domain/signaling/participant.ts';

/** Ids of sent signals that a stay remembers: more than one can send within the grace by its burst and rate. */
const REMEMBERED_SIGNALS = 4096;

/** One stay in one room. It outlives its sockets and ends once. */
export class Stay {
  readonly sessionId: string;
  readonly clientKey: string | null;
  /** Position of its own join: what came before is not its to see. */
  readonly joinedAtPosition: number;
  participant: Participant;
  /** The one who holds it now; null while nobody does. */
  mailbox: Mailbox | null = null;
  fence = 0;
  /** Runs while nobody holds it. */
  lease: Timer | null = null;
  /** When the loss of its connection was seen, in milliseconds since the Unix epoch; null while it is held. */
  lostAt: number | null = null;
  /** Through which position its client is known to have received everything, by former mailboxes. */
  receivedThrough: number;
  #sent: Map<string, string> | null = null;

  constructor(
    participant: Participant,
    sessionId: string,
    clientKey: string | null,
    joinedAtPosition: number,
  ) {
    this.participant = participant;
    this.sessionId = sessionId;
    this.clientKey = clientKey;
    this.joinedAtPosition = joinedAtPosition;
    this.receivedThrough = joinedAtPosition;
  }

  /** The cursor of the signal that was sent with this id, if one was. */
  sentBefore(signalId: string): string | null {
    return this.#sent?.get(signalId) ?? null;
  }

  rememberSent(signalId: string, cursor: string): void {
    this.#sent ??= new Map();
    this.#sent.set(signalId, cursor);
    if (this.#sent.size <= REMEMBERED_SIGNALS) return;
    for (const oldest of this.#sent.keys()) {
      this.#sent.delete(oldest);
      break;
    }
  }

  /** Takes the mailbox off; what it knows to be received is kept. */
  dropMailbox(): Mailbox | null {
    const mailbox = this.mailbox;
    this.mailbox = null;
    if (mailbox !== null) {
      this.receivedThrough = Math.max(this.receivedThrough, mailbox.receivedThrough);
    }
    return mailbox;
  }
}
