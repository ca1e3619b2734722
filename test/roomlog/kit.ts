import type { LogOptions } from '../../src/domain/log.ts';
import { Mailbox } from '../../src/domain/mailbox.ts';
import type { Entrance } from '../../src/domain/room/entering.ts';
import type { LogEntry, Signal } from '../../src/domain/room/entry.ts';
import type { Entered, LiveRooms } from '../../src/domain/room/live-rooms.ts';
import type { RoomOptions, RoomRules } from '../../src/domain/room/rules.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import type { ManualClock } from '../kit/manual-clock.ts';

/** What a suite runs over: one log, with the clock that it goes by. */
export interface LogUnderTest {
  readonly log: LiveRooms;
  readonly clock: ManualClock;
  /** Resolves when everything that was done so far has come through the mailboxes. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** What a log and the rules of its rooms go by. */
export type Bounds = LogOptions & RoomOptions;

export type MakeLog = (options: Bounds) => Promise<LogUnderTest>;

export const ROOM = 'a'.repeat(16);
export const BOUNDS: Bounds = {
  replayEvents: 20,
  replayBytes: 1_000_000,
  replayMs: 10_000,
  graceMs: 5000,
  historyMessages: 5,
  lobbyKnocks: 3,
  knocksPerUser: 6,
  knocksPerAddress: 20,
  deniedMs: 10_000,
  hostBans: 100,
};

/** Somebody in a room, by one mailbox. */
export class Reader {
  readonly events: RoomEvent[] = [];
  readonly mailbox: Mailbox<RoomEvent>;
  outcome: 'open' | 'ended' | 'overflowed' = 'open';

  constructor(
    readonly entered: Entered,
    mailbox: Mailbox<RoomEvent>,
  ) {
    this.mailbox = mailbox;
    mailbox.attach({
      deliver: (event) => {
        this.events.push(event);
        return true;
      },
      ended: () => {
        this.outcome = 'ended';
      },
      overflowed: () => {
        this.outcome = 'overflowed';
      },
    });
    mailbox.open(entered.missed);
  }

  get id(): string {
    return this.entered.self.id;
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  of<Type extends LogEntry['type']>(type: Type): Extract<LogEntry, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<LogEntry, { type: Type }> => event.type === type,
    );
  }

  /** The offers that came, as they were numbered. */
  offers(): string[] {
    return this.of('OfferReceived').map(({ sdp }) => sdp);
  }
}

export function offer(sdp: string | number): Signal {
  return { type: 'OfferReceived', sdp: String(sdp) };
}

/** The rules of a room of ann's that is open to eight; what is given is different. */
export function rules(given: Partial<RoomRules> = {}): RoomRules {
  return { ownerId: 'ann', capacity: 8, access: 'OPEN', allowGuests: true, revision: 0, ...given };
}

/** What somebody enters with; what is not given is as for a first join of a resumable client. */
export function entranceOf(name: string, given: Partial<Entrance> = {}): Entrance {
  return {
    roomId: ROOM,
    rules: rules(),
    banned: [],
    address: `address of ${name}`,
    device: null,
    pass: null,
    user: { id: name, name, isGuest: false },
    granted: null,
    sessionId: `session of ${name}`,
    clientKey: `tab of ${name}`,
    after: null,
    takeOver: false,
    media: null,
    offer: null,
    ...given,
  };
}

/** Enters as somebody; what is not given is as for a first join of a resumable client. */
export async function enter(
  { log }: LogUnderTest,
  name: string,
  given: Partial<Entrance> = {},
): Promise<Reader> {
  const mailbox = new Mailbox<RoomEvent>(1000);
  const entered = await log.enter(entranceOf(name, given), mailbox);
  return new Reader(entered, mailbox);
}

/** The error that a call fails with, whether it throws or rejects; null where it succeeds. */
export async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
}
