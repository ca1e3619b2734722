/** A participant, as a client is told of it. */
export interface Shown {
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly role: string;
  readonly connection: string;
  readonly handRaised: boolean;
  readonly media: { readonly audio: boolean; readonly video: boolean; readonly screen: boolean };
}

export interface Heard {
  readonly __typename: string;
  readonly cursor: string;
  readonly [field: string]: unknown;
}

/** What stands in the log at a cursor, as far as a client can tell. */
export interface Fact {
  /** The same for whoever hears of it. */
  readonly what: string;
  /** The participant that need not hear of it, as it did this itself; null: all do. */
  readonly about: string | null;
  /** Whether one alone hears of it. */
  readonly directed: boolean;
}

/** What a client has without a gap: everything that is for it after `from` and through `through`. */
export interface Stretch {
  readonly self: string;
  readonly from: string;
  through: string;
  readonly seen: Map<string, Fact>;
}

export const PARTICIPANT =
  'id user { id name } role connection handRaised media { audio video screen }';
export const ROOM_EVENTS = `subscription ($roomId: ID!, $clientKey: ID, $after: ID, $takeOver: Boolean) {
  roomEvents(roomId: $roomId, clientKey: $clientKey, after: $after, takeOver: $takeOver) {
    __typename cursor
    ... on RoomSnapshot {
      recovered self { ${PARTICIPANT} } participants { ${PARTICIPANT} } messages { cursor text }
    }
    ... on ParticipantJoined { participant { ${PARTICIPANT} } }
    ... on ParticipantUpdated { participant { ${PARTICIPANT} } }
    ... on ParticipantLeft { participant { ${PARTICIPANT} } reason }
    ... on OfferReceived { from sdp }
    ... on MessageReceived { from text private }
    ... on JoinRefused { error { __typename } }
  }
}`;

/** What one client of a room knows, over all of its sockets, and whether what it is told makes sense. */
export class Reader {
  readonly stretches: Stretch[] = [];
  readonly wrong: string[] = [];
  readonly view = new Map<string, Shown>();
  /** What was said to all, by its text: as an event, or in a snapshot. */
  readonly said = new Set<string>();
  self: string | null = null;
  last: string | null = null;
  /** Why its stay ended, as it was told; null: it was not. */
  reason: string | null = null;
  /** What the newest socket was asked to go on after; null: nothing. */
  after: string | null = null;
  /** How far its newest socket has come; null: it has not begun. */
  #reached: string | null = null;
  /** Whether it began with what was so later: who has come and gone since is told once more. */
  #beganLate = false;

  constructor(readonly name: string) {}

  /** @param isNewest whether it comes by the newest of its sockets */
  hear(event: Heard, isNewest: boolean): void {
    const { __typename: type, cursor } = event;
    if (type === 'RoomSnapshot') {
      if (isNewest) this.#reached = cursor;
      this.#snapshot(event);
      return;
    }
    if (type === 'IceServersRefreshed' || type === 'JoinRefused') return;
    const stretch = this.stretches.at(-1);
    if (stretch === undefined || this.last === null) {
      this.#say(`${type} before a snapshot`);
      return;
    }
    if (isNewest && this.#reached !== null) {
      if (cursor <= this.#reached) this.#say(`${type} at ${cursor} came behind ${this.#reached}`);
      else this.#reached = cursor;
    }
    const fact = factOf(event);
    if (cursor > this.last) {
      this.last = cursor;
      stretch.through = cursor;
      stretch.seen.set(cursor, fact);
      this.#fold(type, event);
      return;
    }
    const before = stretch.seen.get(cursor);
    if (isNewest && this.after !== null && cursor <= this.after) {
      this.#say(`${type} at ${cursor} came, after ${this.after}`);
    } else if (cursor > stretch.from && before?.what !== fact.what) {
      this.#say(`${type} at ${cursor} came late: ${before?.what} was there`);
    }
  }

  #snapshot(event: Heard): void {
    const { cursor } = event;
    const self = event.self as Shown;
    const others = event.participants as Shown[];
    const stretch = this.stretches.at(-1);
    for (const { text } of event.messages as { text: string }[]) this.said.add(text);
    if (event.recovered === true && stretch !== undefined && this.self === self.id) {
      if (this.last !== null && cursor > this.last) {
        this.#say(`recovered from ${cursor}, but it has no more than ${this.last}`);
      }
      // What is missed tells how the others came to be as they are; of oneself nobody else knows better.
      this.view.set(self.id, self);
      return;
    }
    this.#beganLate = event.recovered === true;
    this.self = self.id;
    this.reason = null;
    this.view.clear();
    for (const one of [self, ...others]) this.view.set(one.id, one);
    this.last = cursor;
    this.stretches.push({ self: self.id, from: cursor, through: cursor, seen: new Map() });
  }

  #fold(type: string, event: Heard): void {
    const participant = event.participant as Shown;
    switch (type) {
      case 'ParticipantJoined':
        this.#must(!this.view.has(participant.id), `${participant.id} joined twice`);
        this.view.set(participant.id, participant);
        break;
      case 'ParticipantUpdated':
        this.#must(this.view.has(participant.id), `${participant.id} is not in and changes`);
        this.view.set(participant.id, participant);
        break;
      case 'ParticipantLeft':
        this.#must(this.view.delete(participant.id), `${participant.id} left twice`);
        if (participant.id === this.self) this.reason = String(event.reason);
        break;
      case 'MessageReceived':
        this.said.add(String(event.text));
        break;
    }
  }

  #must(isSo: boolean, otherwise: string): void {
    if (!isSo && !this.#beganLate) this.#say(otherwise);
  }

  #say(what: string): void {
    this.wrong.push(`${this.name}: ${what}`);
  }
}

function factOf({ __typename: type, ...event }: Heard): Fact {
  const participant = event.participant as Shown | undefined;
  if (participant !== undefined) {
    const what = `${type} ${JSON.stringify(participant)} ${event.reason ?? ''}`;
    return { what, about: participant.id, directed: false };
  }
  const about = typeof event.from === 'string' ? event.from : null;
  const directed = type === 'OfferReceived' || event.private === true;
  return { what: `${type} ${event.from} ${event.sdp ?? event.text}`, about, directed };
}
