import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  DomainError,
  KnockNotFoundError,
  NotHostError,
  NotInRoomError,
  PeerNotInRoomError,
} from '../../src/domain/errors.ts';
import { REMEMBERED_MS } from '../../src/domain/room/course.ts';
import type { RoomActivity } from '../../src/domain/room/live-rooms.ts';
import type { Participant } from '../../src/domain/room/participant.ts';
import type { Room } from '../../src/domain/rooms/room.ts';
import { BOUNDS, failure, type LogUnderTest, type MakeLog } from '../roomlog/kit.ts';
import { RoomClient } from './client.ts';
import { House } from './house.ts';
import { must } from './must.ts';

const OWNER = 'ann';
const PEOPLE = [OWNER, 'bob', 'cem', 'dan', 'eve'];
const TABS = ['one', 'two', null];
const KINDS = [
  ...['join', 'join', 'join', 'join', 'lose', 'lose', 'unsubscribe', 'leave', 'signOut'],
  ...['media', 'hand', 'say', 'whisper', 'offer', 'mute', 'remove', 'ban'],
  ...['admit', 'admit', 'deny', 'update', 'update', 'rename', 'close', 'wait'],
] as const;

/** One thing that somebody does; what its fields mean goes by its kind. */
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(PEOPLE.length - 1),
  tab: fc.nat(TABS.length - 1),
  whom: fc.nat(3),
  flag: fc.boolean(),
  number: fc.nat(3),
});
export const steps = fc.array(step, { minLength: 1, maxLength: 40 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs one sequence of steps over a log of its own, and checks after each that the room is as it must be. */
export async function runSteps(
  make: MakeLog,
  sequence: readonly Step[],
  nodes: number,
): Promise<void> {
  const under = await make({ ...BOUNDS, replayEvents: 100 });
  try {
    const machine = await RoomMachine.start(under, nodes === 1);
    for (const each of sequence) await machine.take(each);
    await machine.finish();
  } finally {
    await under.close();
  }
}

class RoomMachine {
  readonly #under: LogUnderTest;
  readonly #house: House;
  readonly #clients: RoomClient[];
  readonly #began = new Set<string>();
  readonly #ended = new Set<string>();
  /** Each with whether it is banned for good, or until everybody has left. */
  readonly #banned = new Map<string, boolean>();
  readonly #faults: string[] = [];
  readonly #alone: boolean;
  /** Rooms that are open, by what is observed. */
  #rooms = 0;
  #room: Room;
  #present: readonly Participant[] = [];

  static async start(under: LogUnderTest, alone: boolean): Promise<RoomMachine> {
    const house = new House(under);
    const room = await house.rooms.create(house.signIn(OWNER), { capacity: 3 });
    return new RoomMachine(under, house, room, alone);
  }

  private constructor(under: LogUnderTest, house: House, room: Room, alone: boolean) {
    this.#alone = alone;
    this.#under = under;
    this.#house = house;
    this.#room = room;
    this.#clients = PEOPLE.flatMap((name) => {
      const caller = house.signIn(name);
      return TABS.map((tab) => new RoomClient(caller, tab));
    });
    under.log.observe((activity) => this.#observe(activity));
  }

  /** Of several nodes each tells what it did: only one alone has an order. What is wrong is said later, not to the log. */
  #observe(activity: RoomActivity): void {
    const fault = (holds: boolean, what: string) => {
      if (!holds) this.#faults.push(what);
    };
    if (activity.type !== 'participant.joined' && activity.type !== 'participant.left') {
      this.#rooms += activity.type === 'room.started' ? 1 : -1;
      fault(!this.#alone || this.#rooms === 0 || this.#rooms === 1, `${activity.type} again`);
      return;
    }
    const { id } = activity.participant;
    fault(!this.#alone || this.#rooms === 1, `${activity.type} outside of a room`);
    const seen = activity.type === 'participant.joined' ? this.#began : this.#ended;
    fault(!seen.has(id), `${activity.type} twice`);
    fault(seen === this.#began || !this.#alone || this.#began.has(id), 'left before it joined');
    seen.add(id);
  }

  async take(step: Step): Promise<void> {
    const client = this.#clients[step.who * TABS.length + step.tab];
    if (client === undefined) throw new Error('There is no such client.');
    await this.#do(step, client);
    await this.#settle();
    await this.#check();
  }

  /** Everybody goes: nothing may be left. */
  async finish(): Promise<void> {
    for (const { caller } of this.#clients) this.#house.signOut(caller);
    await this.#settle();
    await this.#check();
    must(this.#present.length === 0, 'somebody is left');
    must(this.#ended.size === this.#began.size, 'a stay did not end');
    for (const client of this.#clients) client.drop('left');
    await this.#settle();
    must(this.#under.log.occupied().length === 0, 'the room is left');
  }

  async #do(step: Step, client: RoomClient): Promise<void> {
    const { moderation, signaling } = this.#house;
    const { caller } = client;
    const { id } = this.#room;
    const target = this.#present[step.whom % Math.max(1, this.#present.length)]?.id ?? 'nobody';
    switch (step.kind) {
      case 'join':
        return this.#join(step, client);
      case 'lose':
        return client.drop('lost');
      case 'unsubscribe':
        return client.drop('left');
      case 'leave':
        return this.#asParticipant(client, () => signaling.leave(caller, id));
      case 'signOut':
        return this.#signOut(client);
      case 'media':
        return this.#asParticipant(client, () =>
          signaling.setMedia(caller, id, { audio: step.flag }),
        );
      case 'hand':
        return this.#asParticipant(client, () => signaling.raiseHand(caller, id, step.flag));
      case 'say':
        return this.#asParticipant(client, () =>
          signaling.sendMessage(caller, id, null, 'Hello', null),
        );
      case 'whisper':
        return this.#toAnother(client, target, () =>
          signaling.sendMessage(caller, id, target, 'Psst', null),
        );
      case 'offer':
        return this.#toAnother(client, target, async () =>
          signaling.sendDescription(caller, { type: 'OfferReceived', sdp: '0' }, id, target, null),
        );
      case 'mute':
        return this.#asHost(client, target, () => moderation.requestMute(caller, id, target));
      case 'remove':
      case 'ban':
        return this.#remove(client, target, step.kind === 'ban');
      case 'admit':
      case 'deny':
        return this.#answer(step, client);
      case 'update':
        return this.#update(step);
      case 'rename':
        return signaling.rename({ id: caller.accountId, name: `${step.number}`, isGuest: false });
      case 'close':
        // Seldom, since everybody is out then.
        if (step.number !== 0) return;
        await this.#under.log.closeRoom(id, 'EXPIRED');
        // For a minute nobody gets in.
        return this.#under.clock.advance(REMEMBERED_MS);
      case 'wait':
        return this.#under.clock.advance(step.flag ? BOUNDS.graceMs : 100);
    }
  }

  async #join(step: Step, client: RoomClient): Promise<void> {
    const after = step.flag ? client.lastCursor : null;
    const { clientKey, caller } = client;
    try {
      const mailbox = await this.#house.joining.join(caller, {
        roomId: this.#room.id,
        clientKey,
        after,
        takeOver: step.number === 0,
        media: null,
        offer: null,
      });
      client.read(mailbox, after !== null);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  #signOut(client: RoomClient): void {
    const { accountId } = client.caller;
    this.#house.signOut(client.caller);
    const again = this.#house.signIn(accountId);
    for (const each of this.#clients) {
      if (each.caller.accountId !== accountId) continue;
      // A server closes the sockets of an ended session.
      if (each.phase === 'waiting') each.drop('lost');
      each.caller = again;
    }
  }

  /** Expects what a call must answer by who the caller is. */
  async #expect(
    error: (new (...args: never[]) => Error) | null,
    call: () => unknown,
  ): Promise<void> {
    const failed = await failure(call);
    mustFail(failed, error);
  }

  #stayOf({ caller }: RoomClient): Participant | undefined {
    return this.#present.find(({ user }) => user.id === caller.accountId);
  }

  #asParticipant(client: RoomClient, call: () => unknown): Promise<void> {
    return this.#expect(this.#stayOf(client) === undefined ? NotInRoomError : null, call);
  }

  #toAnother(client: RoomClient, target: string, call: () => unknown): Promise<void> {
    const stay = this.#stayOf(client);
    if (stay === undefined) return this.#expect(NotInRoomError, call);
    return this.#expect(stay.id === target ? PeerNotInRoomError : null, call);
  }

  #asHost(client: RoomClient, target: string, call: () => unknown): Promise<void> {
    const stay = this.#stayOf(client);
    if (stay === undefined) return this.#expect(NotInRoomError, call);
    if (stay.role !== 'HOST') return this.#expect(NotHostError, call);
    return this.#expect(stay.id === target ? PeerNotInRoomError : null, call);
  }

  async #remove(client: RoomClient, target: string, ban: boolean): Promise<void> {
    const banned = this.#present.find(({ id }) => id === target)?.user.id;
    const stay = this.#stayOf(client);
    await this.#asHost(client, target, () =>
      this.#house.moderation.remove(client.caller, this.#room.id, target, ban),
    );
    const done = stay?.role === 'HOST' && stay.id !== target;
    if (!done || !ban || banned === undefined) return;
    const lasting = this.#banned.get(banned) === true || client.caller.accountId === OWNER;
    this.#banned.set(banned, lasting);
  }

  async #answer(step: Step, client: RoomClient): Promise<void> {
    const waiting = this.#clients.filter(({ phase }) => phase === 'waiting');
    const knockId = waiting[step.whom % Math.max(1, waiting.length)]?.knockId ?? 'nothing';
    const stay = this.#stayOf(client);
    const admitted = step.kind === 'admit';
    const failed = await failure(() =>
      admitted
        ? this.#house.moderation.admit(client.caller, this.#room.id, knockId)
        : this.#house.moderation.deny(client.caller, this.#room.id, knockId, false),
    );
    if (stay === undefined) mustFail(failed, NotInRoomError);
    else if (stay.role !== 'HOST') mustFail(failed, NotHostError);
    else mustFail(failed, knockId === 'nothing' ? KnockNotFoundError : null);
  }

  async #update({ number, flag }: Step): Promise<void> {
    const access = (['OPEN', 'KNOCK', 'LOCKED', 'KNOCK'] as const)[number] ?? 'OPEN';
    const owner = this.#house.signIn(OWNER);
    const settings = flag ? { access } : { access, capacity: 2 + number };
    this.#room = await this.#house.moderation.updateRoom(owner, this.#room.id, settings);
  }

  async #settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#under.settle();
    await new Promise((resolve) => setImmediate(resolve));
    await this.#under.settle();
  }

  async #check(): Promise<void> {
    const before = new Set(this.#present.map(({ id }) => id));
    const present = await this.#under.log.participants(this.#room.id);
    this.#present = present;
    for (const [id, lasting] of this.#banned) {
      if (present.length === 0 && !lasting) this.#banned.delete(id);
    }
    const came = present.some(({ id }) => !before.has(id));
    must(!came || present.length <= this.#room.capacity, 'more than the room holds');
    const users = new Set(present.map(({ user }) => user.id));
    must(users.size === present.length, 'two stays of one user');
    const hosts = present.filter(({ role }) => role === 'HOST');
    must(hosts.length === (present.length === 0 ? 0 : 1), `${hosts.length} hosts`);
    must(!users.has(OWNER) || hosts[0]?.user.id === OWNER, 'the owner is no host');
    for (const id of users) must(!this.#banned.has(id), 'somebody banned is in');
    must(this.#faults.length === 0, this.#faults.join());
    must(this.#rooms === (present.length === 0 ? 0 : 1), `${this.#rooms} rooms are open`);
    must(present.length === this.#began.size - this.#ended.size, 'who observes saw others');
    for (const { id } of present) must(this.#began.has(id) && !this.#ended.has(id), id);
    for (const client of this.#clients) {
      if (client.connected) checkView(client, present);
    }
  }
}

/** What a client knows is what the server knows, but for its own connection, which it is not told of. */
function checkView({ participants, selfId }: RoomClient, present: readonly Participant[]): void {
  must(participants.size === present.length, 'a client knows others');
  for (const participant of present) {
    const known = participants.get(participant.id);
    if (known === participant) continue;
    const { connection: _, ...shown } = participant;
    const { connection: __, ...knownOfIt } = known ?? participant;
    const own = participant.id === selfId;
    const same = own ? isDeepStrictEqual(knownOfIt, shown) : isDeepStrictEqual(known, participant);
    must(same, `${JSON.stringify(known)} is ${JSON.stringify(participant)}`);
  }
}

function mustFail(failed: unknown, error: (new (...args: never[]) => Error) | null): void {
  const asExpected = error === null ? failed === null : failed instanceof error;
  must(asExpected, `${failed} instead of ${error?.name ?? 'success'}`);
}
