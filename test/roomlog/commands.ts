import type { Hold } from '../../src/domain/log.ts';
import type { KnockAnswer } from '../../src/domain/room/course.ts';
import type { Entrance } from '../../src/domain/room/entering.ts';
import type { Knock, LiveRooms } from '../../src/domain/room/live-rooms.ts';
import type { ManualClock } from '../kit/manual-clock.ts';
import { changed } from './contract-hosting.ts';
import { enter, entranceOf, offer, type Reader, ROOM, rules } from './kit.ts';

const NAMES = ['ann', 'bob', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal'];
const GUESTS = ['fay', 'gil', 'hal'];
const ACCESS = ['OPEN', 'OPEN', 'KNOCK', 'LOCKED'] as const;

/** Random parts of a value: ids, and the epoch of a cursor. */
const RANDOM_PARTS = /\b[0-9a-z]{17}-(?=[0-9a-z]{10}")|\b[0-9a-f]{16}\b/g;

/** One log, and everybody who has joined its room or knocked. */
export class Side {
  readonly readers = new Map<string, Reader>();
  readonly knocks = new Map<string, { readonly knock: Knock; readonly answers: KnockAnswer[] }>();
  readonly facts: object[] = [];
  readonly #names = new Map<string, string>();

  constructor(
    readonly rooms: LiveRooms,
    readonly clock: ManualClock,
    readonly settle: () => Promise<void>,
  ) {
    rooms.observe((fact) => this.facts.push(fact));
  }

  /** The newest stay of somebody. */
  stayOf(name: string): string {
    return this.readers.get(name)?.id ?? 'nobody';
  }

  knockOf(name: string): string {
    return this.knocks.get(name)?.knock.knockId ?? 'nothing';
  }

  async join(name: string, given: Partial<Entrance>): Promise<unknown> {
    const { rooms, clock, settle } = this;
    const under = { log: rooms, clock, settle, close: async () => {} };
    const reader = await enter(under, name, { ...person(name), ...given });
    this.readers.set(name, reader);
    const { hold, ...entered } = reader.entered;
    return { fence: hold.fence, ...entered };
  }

  async knock(name: string): Promise<unknown> {
    const answers: KnockAnswer[] = [];
    const waiter = { answered: (how: KnockAnswer) => answers.push(how) };
    const knock = await this.rooms.knock(entranceOf(name, person(name)), waiter);
    this.knocks.set(name, { knock, answers });
    return knock;
  }

  withHold(name: string, act: (hold: Hold) => unknown): unknown {
    const hold = this.readers.get(name)?.entered.hold;
    return hold === undefined ? null : act(hold);
  }

  /** Lets time pass in steps, so that everything that is due in one step is done before the next. */
  async pass(seconds: number): Promise<void> {
    for (let step = 0; step < seconds * 2; step += 1) {
      await this.clock.advance(500);
      await this.settle();
    }
  }

  /** Everything that the readers, those who knocked, and the observers were told. */
  told(): unknown {
    return {
      readers: [...this.readers].map(([name, { events, outcome }]) => ({ name, outcome, events })),
      answers: [...this.knocks].map(([name, { answers }]) => ({ name, answers })),
      facts: this.facts,
    };
  }

  /**
   * A value as JSON gives it back, without the names of nodes; each random part is replaced by the order in which it
   * came up first.
   */
  plain(value: unknown): unknown {
    const json = JSON.stringify(value ?? null, (key, item) => (key === 'node' ? null : item));
    const text = json.replaceAll(RANDOM_PARTS, (part) => {
      const name = this.#names.get(part) ?? `#${this.#names.size}`;
      this.#names.set(part, name);
      return name;
    });
    return JSON.parse(text);
  }
}

/** One command that every side is given. */
export interface Command {
  readonly name: string;
  readonly run: (side: Side) => unknown;
}

/** A random command of a room; the numbers say how often each one comes, in proportion to all. */
export function nextCommand(random: () => number, count: number): Command {
  const below = (limit: number) => Math.floor(random() * limit);
  const [who = '', by = ''] = [NAMES[below(NAMES.length)], NAMES[below(NAMES.length)]];
  const yes = random() < 0.5;
  // Several commands in a row share an id, so that some are repeats.
  const id = random() < 0.5 ? `id ${Math.floor(count / 4)}` : null;
  const settings = { access: ACCESS[below(4)] ?? 'OPEN', capacity: 3 + below(3), allowGuests: yes };
  const granted = ([null, 'HOST', 'MEMBER'] as const)[below(3)] ?? null;
  // Some settings arrive late.
  const room = changed({ ...settings, relayOnly: yes, revision: count - below(3) });
  const commands: readonly [share: number, name: string, run: Command['run']][] = [
    [14, 'join', (side) => side.join(who, { takeOver: yes, pass: side.knockOf(who) })],
    [4, 'join by another tab', (side) => side.join(who, { takeOver: yes, clientKey: 'other' })],
    [2, 'join with a role', (side) => side.join(who, { takeOver: yes, granted })],
    [2, 'join past a stored ban', (side) => side.join(who, { banned: [storedBan(by, yes)] })],
    [5, 'join with an offer', (side) => side.join(who, { takeOver: yes, offer: whole(count) })],
    [3, 'join without a key', (side) => side.join(who, { takeOver: yes, clientKey: null })],
    [8, 'resume', (side) => side.join(who, { after: newest(side.readers.get(who)) })],
    [16, 'signal', (side) => side.rooms.send(ROOM, by, side.stayOf(who), offer(count), id)],
    [7, 'message', ({ rooms }) => rooms.sendMessage(ROOM, who, null, `said ${count}`, id)],
    [3, 'private', (side) => side.rooms.sendMessage(ROOM, by, side.stayOf(who), `${count}`, id)],
    [5, 'media', ({ rooms }) => rooms.setMedia(ROOM, who, { audio: yes })],
    [3, 'hand', ({ rooms }) => rooms.raiseHand(ROOM, who, yes)],
    [
      2,
      'hand by a hold',
      (side) => side.withHold(by, (hold) => side.rooms.raiseHand(ROOM, who, yes, hold)),
    ],
    [7, 'detach', (side) => side.withHold(who, (hold) => side.rooms.detach(hold))],
    [2, 'release', (side) => side.withHold(who, (hold) => side.rooms.release(hold, 'LEFT'))],
    [3, 'leave', ({ rooms }) => rooms.leave(ROOM, who, 'LEFT')],
    [1, 'end of session', ({ rooms }) => rooms.endSession(`session of ${who}`, 'SIGNED_OUT')],
    [2, 'mute', (side) => side.rooms.requestMute(ROOM, by, side.stayOf(who))],
    [2, 'remove', (side) => side.rooms.remove(ROOM, by, side.stayOf(who), yes)],
    [1, 'remove by operator', (side) => side.rooms.remove(ROOM, null, side.stayOf(who), yes)],
    [2, 'unban', ({ rooms }) => rooms.unban(ROOM, who)],
    [2, 'rename', ({ rooms }) => rooms.rename({ ...person(who).user, name: `${who} ${count}` })],
    [5, 'knock', (side) => side.knock(who)],
    [
      5,
      'answer',
      (side) => side.rooms.answerKnock(ROOM, by, side.knockOf(who), yes, count % 5 === 0),
    ],
    [2, 'withdraw', (side) => withdraw(side, who)],
    [4, 'update', ({ rooms }) => rooms.update(room)],
    [
      1,
      'close',
      ({ rooms }) => (count % 4 === 0 ? rooms.closeRoom(ROOM, 'CLOSED_BY_OWNER') : null),
    ],
    [4, 'time', (side) => side.pass(count % 7)],
  ];
  let left = below(commands.reduce((sum, [share]) => sum + share, 0));
  for (const [share, name, run] of commands) {
    left -= share;
    if (left < 0) return { name, run };
  }
  throw new Error('The shares do not add up.');
}

/** Some are guests. Two guests share an address, and one of them shares a device with a user. */
function person(name: string) {
  return {
    user: { id: name, name, isGuest: GUESTS.includes(name) },
    rules: rules({ capacity: 4 }),
    address: name === 'gil' ? 'address of fay' : `address of ${name}`,
    device: name === 'gil' || name === 'bob' ? 'device of bob' : null,
  };
}

function whole(count: number) {
  return { sdp: `offered ${count}`, fits: () => true };
}

function storedBan(name: string, byName: boolean) {
  const { user, address, device } = person(name);
  return { userId: byName ? user.id : 'nobody', address: user.isGuest ? address : null, device };
}

function newest(reader: Reader | undefined): string | null {
  return reader?.events.at(-1)?.cursor ?? reader?.entered.cursor ?? null;
}

function withdraw(side: Side, name: string): unknown {
  const made = side.knocks.get(name);
  return made === undefined ? null : side.rooms.withdraw(made.knock);
}
