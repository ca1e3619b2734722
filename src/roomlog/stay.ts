import type { Timer } from '../domain/clock.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { MediaState, Participant } from '../domain/room/participant.ts';
import type { RoomEvent } from '../domain/signaling/event.ts';
import type { Entrance } from '../domain/signaling/ports.ts';

/** Ids of what was sent that a stay remembers: more than one can send within the grace by its burst and rate. */
const REMEMBERED_IDS = 4096;

/** Where in the log the things stand that a stay sent with an id, the newest of them. */
class SentIds {
  readonly #positions = new Map<string, number>();

  positionOf(id: string): number | null {
    return this.#positions.get(id) ?? null;
  }

  remember(id: string, position: number): void {
    this.#positions.set(id, position);
    if (this.#positions.size <= REMEMBERED_IDS) return;
    for (const oldest of this.#positions.keys()) {
      this.#positions.delete(oldest);
      break;
    }
  }
}

/** One stay in one room. It outlives its sockets and ends once. */
export class Stay {
  /** The session its client came with last; when that ends, so does the stay. */
  sessionId: string;
  readonly clientKey: string | null;
  /** Position of its own join: what came before is not its to see. */
  readonly joinedAtPosition: number;
  participant: Participant;
  /** The one who holds it now; null while nobody does. */
  mailbox: Mailbox<RoomEvent> | null = null;
  fence = 0;
  /** Runs while nobody holds it. */
  lease: Timer | null = null;
  /** When the loss of its connection was seen, in milliseconds since the Unix epoch; null while it is held. */
  lostAt: number | null = null;
  /** Position of the newest entry that it may see. */
  visibleThrough: number;
  /** What its client said of its media when it entered last; null where it said nothing. */
  announcedMedia: MediaState | null;
  /** Through which position its client is known to have received everything, by former mailboxes. */
  receivedThrough: number;
  #signals: SentIds | null = null;
  #messages: SentIds | null = null;

  constructor(participant: Participant, entrance: Entrance, joinedAtPosition: number) {
    this.participant = participant;
    this.sessionId = entrance.sessionId;
    this.clientKey = entrance.clientKey;
    this.announcedMedia = entrance.media;
    this.joinedAtPosition = joinedAtPosition;
    this.visibleThrough = joinedAtPosition;
    this.receivedThrough = joinedAtPosition;
  }

  /** The position of the signal that was sent with this id, if one was. */
  signalSentBefore(signalId: string): number | null {
    return this.#signals?.positionOf(signalId) ?? null;
  }

  rememberSignal(signalId: string, position: number): void {
    this.#signals ??= new SentIds();
    this.#signals.remember(signalId, position);
  }

  /** The position of the message that was sent with this id, if one was. */
  messageSentBefore(messageId: string): number | null {
    return this.#messages?.positionOf(messageId) ?? null;
  }

  rememberMessage(messageId: string, position: number): void {
    this.#messages ??= new SentIds();
    this.#messages.remember(messageId, position);
  }

  /** Takes the mailbox off; what it knows to be received is kept. */
  dropMailbox(): Mailbox<RoomEvent> | null {
    const mailbox = this.mailbox;
    this.mailbox = null;
    if (mailbox !== null) {
      this.receivedThrough = Math.max(this.receivedThrough, mailbox.receivedThrough);
    }
    return mailbox;
  }
}
