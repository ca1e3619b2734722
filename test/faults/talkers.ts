import { WebSocket } from 'ws';
import { RoomLink } from '../../src/client/room-link.ts';
import { Participant, type RoomEvent } from '../kit/participant.ts';
import type { Person } from '../kit/people.ts';
import { pace, until } from '../kit/waiting.ts';

/** Somebody in a room who sends offers and writes down all that comes. */
export interface Talker {
  readonly name: string;
  /** Everything that its client handed over, in order. */
  readonly events: readonly RoomEvent[];
  /** Its stay, by its last snapshot. */
  readonly id: string;
  readonly connected: boolean;
  join(roomId: string): Promise<void>;
  /** Resolves when the server has accepted it. */
  send(to: string, sdp: string): Promise<void>;
  leave(): Promise<void>;
}

function stayOf(events: readonly RoomEvent[]): string {
  const snapshot = events.findLast((event) => event.__typename === 'RoomSnapshot');
  if (snapshot?.__typename !== 'RoomSnapshot') throw new Error('There was no snapshot.');
  return snapshot.self.id;
}

/** The SDK's link to a room, as a call uses it. */
export class SdkTalker implements Talker {
  readonly events: RoomEvent[] = [];
  link: RoomLink | null = null;
  /** Why the link ended, if it has. */
  end: string | null = null;

  constructor(
    readonly name: string,
    readonly person: Person,
    readonly socketUrl: string,
    readonly random: () => number,
  ) {}

  get id(): string {
    return stayOf(this.events);
  }

  get connected(): boolean {
    return this.link?.state === 'connected';
  }

  async join(roomId: string, waitMs?: number): Promise<void> {
    const token = async () => this.person.token;
    this.link = new RoomLink({
      roomId,
      socket: { url: this.socketUrl, token, webSocket: WebSocket },
      // Several cuts in a row must not keep it away for longer than the tail of its busy room lasts.
      backoff: { random: this.random, capMs: 2000 },
    });
    this.link.on('event', (event) => this.events.push(event));
    this.link.on('end', ({ reason, error }) => {
      this.end = `${reason} ${error?.message ?? ''}`;
    });
    await until(
      () => this.events.length > 0 || this.end !== null,
      () => `the snapshot of ${this.name} (${this.link?.state})`,
      waitMs,
    );
  }

  async send(to: string, sdp: string): Promise<void> {
    if (this.link === null) throw new Error('Not joined.');
    await this.link.sendOffer(to, sdp);
  }

  async leave(): Promise<void> {
    this.link?.leave();
  }
}

/** graphql-ws's own client, which resubscribes by itself with its first variables. */
export class StockTalker implements Talker {
  readonly #participant: Participant;
  readonly #random: () => number;
  #roomId = '';
  #sent = 0;

  constructor(
    readonly name: string,
    person: Person,
    socketUrl: string,
    random: () => number,
  ) {
    this.#random = random;
    const retryWait = () => pace(random() * 250);
    const retryAttempts = Number.POSITIVE_INFINITY;
    this.#participant = new Participant(socketUrl, person, { retryAttempts, retryWait });
  }

  get events(): readonly RoomEvent[] {
    return this.#participant.events;
  }

  /** Calls `listener` with the close code of each of its sockets. */
  onClosed(listener: (code: number) => void): void {
    this.#participant.client.on('closed', (event) => listener((event as { code: number }).code));
  }

  get id(): string {
    return stayOf(this.events);
  }

  get connected(): boolean {
    return this.#participant.connected;
  }

  async join(roomId: string, waitMs?: number): Promise<void> {
    this.#roomId = roomId;
    await this.#participant.join({ roomId, clientKey: `key of ${this.name}` }, waitMs);
  }

  async send(to: string, sdp: string): Promise<void> {
    this.#sent += 1;
    const signalId = `${this.name} ${this.#sent}`;
    for (;;) {
      try {
        const { __typename, message } = await this.#participant.offer(
          this.#roomId,
          to,
          sdp,
          signalId,
        );
        if (__typename === 'SendOfferSuccess') return;
        if (__typename !== 'RateLimitedError') throw new Refused(`${__typename}: ${message}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await pace(50 + this.#random() * 50);
    }
  }

  async leave(): Promise<void> {
    this.#participant.unsubscribe();
    await this.#participant.dispose();
  }
}

class Refused extends Error {}
