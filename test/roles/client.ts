import type { Caller } from '../../src/domain/accounts/sessions.ts';
import type { Mailbox } from '../../src/domain/mailbox.ts';
import type { Participant } from '../../src/domain/room/participant.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import { must } from './must.ts';

/** One client of somebody, who knows of a room what its events say and checks that they make sense. */
export class RoomClient {
  caller: Caller;
  readonly clientKey: string | null;
  /** Nowhere; waiting before the room; in it, by what is told. */
  phase: 'out' | 'waiting' | 'inside' = 'out';
  knockId: string | null = null;
  selfId: string | null = null;
  lastCursor: string | null = null;
  mailbox: Mailbox<RoomEvent> | null = null;
  readonly participants = new Map<string, Participant>();
  readonly #leftBefore = new Set<string>();
  /** Whether what comes may have come before. */
  #repeats = false;

  constructor(caller: Caller, clientKey: string | null) {
    this.caller = caller;
    this.clientKey = clientKey;
  }

  get connected(): boolean {
    return this.phase === 'inside' && this.mailbox?.closed === false;
  }

  /** Reads a subscription; of what it begins with some may be of before. @param after whether a cursor was given */
  read(mailbox: Mailbox<RoomEvent>, after: boolean): void {
    const before = this.mailbox;
    this.mailbox = mailbox;
    if (before !== null && !before.closed) before.lose();
    this.phase = 'out';
    let live = false;
    this.#repeats = !after;
    mailbox.attach({
      deliver: (event) => {
        if (this.mailbox === mailbox) this.#take(event, live);
        return true;
      },
      ended: () => {
        if (this.mailbox === mailbox) this.phase = 'out';
      },
      overflowed: () => {
        throw new Error('A mailbox was full.');
      },
    });
    live = true;
    this.#repeats = false;
  }

  /** What the client has of the room is not known to be right any more. */
  drop(how: 'lost' | 'left'): void {
    if (how === 'lost') this.mailbox?.lose();
    else this.mailbox?.unsubscribe();
    this.phase = 'out';
  }

  #take(event: RoomEvent, live: boolean): void {
    switch (event.type) {
      case 'KnockPending':
        must(this.phase === 'out', `${event.type} while ${this.phase}`);
        this.phase = 'waiting';
        this.knockId = event.knockId;
        return;
      case 'KnockAnswered':
        must(this.phase === 'waiting', `${event.type} while ${this.phase}`);
        must(event.knockId === this.knockId, 'the answer to another knock');
        if (event.admitted) this.phase = 'out';
        return;
      case 'JoinRefused':
        this.phase = 'out';
        return;
      case 'RoomSnapshot':
        // Not while waiting: admitted first.
        must(this.phase === 'out', `${event.type} while ${this.phase}`);
        this.phase = 'inside';
        if (!event.recovered || this.selfId !== event.self.id) {
          this.participants.clear();
          this.#leftBefore.clear();
          for (const each of [event.self, ...event.participants]) {
            this.participants.set(each.id, each);
          }
        }
        this.selfId = event.self.id;
        if (!event.recovered || this.lastCursor === null) this.lastCursor = event.cursor;
        return;
      default:
        this.#hear(event, live);
    }
  }

  #hear(event: RoomEvent, live: boolean): void {
    // Whoever waits is told nothing of the inside.
    must(this.phase === 'inside', `${event.type} while ${this.phase}`);
    const repeat = this.lastCursor !== null && event.cursor <= this.lastCursor;
    must(!repeat || this.#repeats, `${event.type} came twice`);
    if (!repeat) this.lastCursor = event.cursor;
    switch (event.type) {
      case 'ParticipantJoined':
        must(repeat || !this.participants.has(event.participant.id), 'joined twice');
        if (!this.#leftBefore.has(event.participant.id)) {
          this.participants.set(event.participant.id, event.participant);
        }
        return;
      case 'ParticipantUpdated':
        must(repeat || this.participants.has(event.participant.id), 'nobody was updated');
        if (this.participants.has(event.participant.id)) {
          this.participants.set(event.participant.id, event.participant);
        }
        return;
      case 'ParticipantLeft':
        must(repeat || this.participants.has(event.participant.id), 'a stay ended twice');
        this.participants.delete(event.participant.id);
        this.#leftBefore.add(event.participant.id);
        return;
      case 'KnockReceived':
      case 'KnockEnded':
        must(!live || this.participants.get(this.selfId ?? '')?.role === 'HOST', event.type);
        must(event.to === this.selfId, `${event.type} for another`);
        return;
      case 'MuteRequested':
        must(event.to === this.selfId, `${event.type} for another`);
        return;
      case 'MessageReceived':
        must(event.from !== this.selfId, 'its own message');
        if (event.private) must(event.to === this.selfId, `${event.type} for another`);
        return;
      default:
    }
  }
}
