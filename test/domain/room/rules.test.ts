import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DomainError,
  GuestsNotAllowedError,
  InvalidInputError,
  RateLimitedError,
  RemovedFromRoomError,
} from '../../../src/domain/errors.ts';
import type { Step } from '../../../src/domain/log.ts';
import { roomAggregate } from '../../../src/domain/room/aggregate.ts';
import { closeRoom } from '../../../src/domain/room/closing.ts';
import { REMEMBERED_MS, type RoomDecide, type RoomKind } from '../../../src/domain/room/course.ts';
import { type Entrance, enter } from '../../../src/domain/room/entering.ts';
import { leave, release } from '../../../src/domain/room/leases.ts';
import { answerKnock, knock } from '../../../src/domain/room/lobby.ts';
import { raiseHand, setMedia } from '../../../src/domain/room/media.ts';
import { remove, unban } from '../../../src/domain/room/moderation.ts';
import { rename } from '../../../src/domain/room/renaming.ts';
import { hostOf, type RoomState, stayOf } from '../../../src/domain/room/state.ts';
import { must } from '../../roles/must.ts';
import { BOUNDS, entranceOf, rules } from '../../roomlog/kit.ts';

const OPTIONS = { ...BOUNDS, hostBans: 3 };
const { wake, dueAt, letGo, nodeLost, withdraw } = roomAggregate(OPTIONS);

/** A room without any log: its state, and what was decided of it. */
class Decided {
  state: RoomState | null = null;
  now = 1_000_000;
  node = 'here';
  steps: readonly Step<RoomKind>[] = [];

  take<Reply>(decide: RoomDecide<Reply>): Reply {
    const before = JSON.stringify(this.state);
    const context = { now: this.now, aheadMs: 0, node: this.node };
    const decision = decide(this.state, context);
    // Pure: what was is as it was, and who asks twice gets the same answer.
    must(JSON.stringify(this.state) === before, 'the state was changed in place');
    must(isDeepStrictEqual(decide(this.state, context), decision), 'decided otherwise');
    // JSON: what is stored comes back.
    const stored: unknown = JSON.parse(JSON.stringify(decision.state));
    must(isDeepStrictEqual(stored, decision.state), 'the state is no JSON');
    this.state = decision.state;
    this.steps = decision.steps;
    return decision.reply;
  }

  refusal(decide: RoomDecide<unknown>): unknown {
    try {
      this.take(decide);
      return null;
    } catch (error) {
      return error;
    }
  }

  get host(): string | null {
    return this.state && (hostOf(this.state)?.participant.user.id ?? null);
  }
}

let ids = 0;
const comer = (name: string, given: Partial<Entrance> = {}) => {
  ids += 1;
  return enter(`stay ${ids}`, entranceOf(name, given));
};
const guest = (name: string, given: Partial<Entrance> = {}) =>
  entranceOf(name, { user: { id: name, name, isGuest: true }, ...given });
const knocking = (entrance: Entrance) => {
  ids += 1;
  return { id: `knock ${ids}`, decide: knock(`knock ${ids}`, entrance, OPTIONS) };
};
const KNOCK = { rules: rules({ access: 'KNOCK' }) };

test('hosting passes from a guest to the first account that comes, and stays there', () => {
  const room = new Decided();
  room.take(enter('g', guest('gil')));
  room.take(enter('h', guest('hal')));
  expect(room.host).toBe('gil');
  room.take(comer('bob'));
  expect(room.host).toBe('bob');
  expect(room.steps.map((step) => (step.type === 'tell' ? step.body.type : step.type))).toEqual([
    'ParticipantUpdated',
    'ParticipantJoined',
    'note',
    'begin',
  ]);
  room.take(comer('cem'));
  expect(room.host).toBe('bob');
});

test('a ban by a host who is not the owner ends when everybody has left; the owner’s lasts', () => {
  const room = new Decided();
  room.take(comer('bob'));
  room.take(enter('stay of cem', entranceOf('cem')));
  expect(room.take(remove('bob', 'stay of cem', true, OPTIONS)).lasting).toBe(false);
  expect(room.refusal(comer('cem'))).toBeInstanceOf(RemovedFromRoomError);
  room.take(leave('bob', 'LEFT'));
  room.take(comer('cem'));
  room.take(comer('ann'));
  const cem = room.state && stayOf(room.state, 'cem');
  expect(room.take(remove('ann', cem?.participant.id ?? '', true, OPTIONS)).lasting).toBe(true);
  room.take(leave('ann', 'LEFT'));
  expect(room.refusal(comer('cem'))).toBeInstanceOf(RemovedFromRoomError);
  room.take(unban('cem'));
  room.take(comer('cem'));
});

test('hosts ban as many as they may, at and past the limit', () => {
  const room = new Decided();
  room.take(comer('bob'));
  for (let index = 0; index <= OPTIONS.hostBans; index += 1) {
    room.take(enter(`victim ${index}`, entranceOf(`victim ${index}`)));
    const refused = room.refusal(remove('bob', `victim ${index}`, true, OPTIONS));
    if (index < OPTIONS.hostBans) expect(refused).toBeNull();
    else expect(refused).toBeInstanceOf(InvalidInputError);
  }
});

test('a banned guest does not come back by a new name, neither from its address nor with its device', () => {
  const room = new Decided();
  room.take(comer('ann'));
  room.take(enter('stay of gil', guest('gil', { address: 'here', device: 'phone' })));
  room.take(remove('ann', 'stay of gil', true, OPTIONS));
  for (const given of [{ address: 'here' }, { device: 'phone' }]) {
    expect(room.refusal(enter('x', guest('new name', given)))).toBeInstanceOf(RemovedFromRoomError);
  }
  // Others of that house who have an account come in, and guests of elsewhere.
  room.take(comer('bob', { address: 'here', device: 'phone' }));
  room.take(enter('y', guest('somebody else', { device: 'laptop' })));
});

test('where no guests are allowed, those who came before stay and nobody comes anew', () => {
  const room = new Decided();
  room.take(enter('g', guest('gil')));
  const strict = { rules: rules({ allowGuests: false, revision: 1 }) };
  const again = room.take(enter('other', guest('gil', strict)));
  expect(again.self.id).toBe('g');
  expect(room.refusal(enter('h', guest('hal', strict)))).toBeInstanceOf(GuestsNotAllowedError);
  room.take(leave('gil', 'LEFT'));
  expect(room.refusal(enter('i', guest('gil', strict)))).toBeInstanceOf(GuestsNotAllowedError);
});

test('one who knocks over and over rings the host no more often than it may', () => {
  const room = new Decided();
  room.take(comer('ann', KNOCK));
  let rung = 0;
  for (let index = 0; index < 700; index += 1) {
    const { id, decide } = knocking(guest('gil', KNOCK));
    if (room.refusal(decide) === null) {
      rung += 1;
      room.take(withdraw(id));
    }
    room.now += 14;
  }
  expect(rung).toBe(OPTIONS.knocksPerUser);
  room.now += 60_000;
  room.take(knocking(guest('gil', KNOCK)).decide);
});

test('guests of one address share its budget, and leave places in the lobby', () => {
  const few = { ...OPTIONS, lobbyKnocks: 50, knocksPerAddress: 5 };
  const room = new Decided();
  const entrance = (index: number) => guest(`guest ${index}`, { ...KNOCK, address: 'here' });
  for (let index = 0; index <= few.knocksPerAddress; index += 1) {
    const refused = room.refusal(knock(`k ${index}`, entrance(index), few));
    if (index < few.knocksPerAddress) expect(refused).toBeNull();
    else expect(refused).toBeInstanceOf(RateLimitedError);
  }
  room.take(knock('elsewhere', guest('hal', KNOCK), few));
});

test('after each denial the wait is twice as long, and ends', () => {
  const room = new Decided();
  room.take(comer('ann', KNOCK));
  for (let denials = 0; denials < 8; denials += 1) {
    const { id, decide } = knocking(guest('gil', KNOCK));
    room.take(decide);
    room.take(answerKnock('ann', id, 'denied', false, OPTIONS));
    const waitMs = Math.min(600_000, OPTIONS.deniedMs * 2 ** denials);
    room.now += waitMs - 1;
    expect(room.refusal(knocking(guest('gil', KNOCK)).decide)).toBeInstanceOf(RateLimitedError);
    room.now += 1;
  }
});

test('a denial bans as well where it is asked to, by the owner for good', () => {
  const room = new Decided();
  room.take(comer('ann', KNOCK));
  const { id, decide } = knocking(guest('gil', KNOCK));
  room.take(decide);
  const { lasting, waiting } = room.take(answerKnock('ann', id, 'denied', true, OPTIONS));
  expect([lasting, waiting.user.id]).toEqual([true, 'gil']);
  expect(room.refusal(enter('x', guest('gil', KNOCK)))).toBeInstanceOf(RemovedFromRoomError);
});

test('what changes nothing is told to nobody, and leaves the state the same object', () => {
  const room = new Decided();
  room.take(comer('ann'));
  const { state } = room;
  for (const same of [
    rename({ id: 'ann', name: 'ann', isGuest: false }),
    rename({ id: 'nobody', name: 'x', isGuest: false }),
    setMedia('ann', { audio: false }),
    raiseHand('ann', false),
    unban('nobody'),
    letGo('nobody', 1),
    nodeLost('another'),
    withdraw('nothing'),
    wake,
  ]) {
    room.take<unknown>(same);
    expect([room.steps, room.state === state]).toEqual([[], true]);
  }
});

const PEOPLE = ['ann', 'bob', 'cem', 'gil', 'hal'];
const command = fc.record({
  kind: fc.constantFrom(
    ...['enter', 'enter', 'enter', 'takeOver', 'lose', 'leave', 'knock', 'admit', 'deny'],
    ...['remove', 'ban', 'unban', 'media', 'hand', 'name', 'node', 'time', 'close'],
  ),
  who: fc.nat(PEOPLE.length - 1),
  whom: fc.nat(9),
  access: fc.constantFrom('OPEN' as const, 'KNOCK' as const, 'LOCKED' as const),
});

test('what undoes an attempt to come back that was never stored does not end the one that was', () => {
  const room = new Decided();
  room.take(comer('ann'));
  const lost = room.state;
  const fenceAfter = (ms: number) => {
    room.state = lost;
    room.now += ms;
    room.take(comer('ann'));
    return room.state?.stays[0]?.fence ?? 0;
  };
  const first = fenceAfter(10);
  const second = fenceAfter(10);
  expect(second).toBeGreaterThan(first);
  const id = room.state?.stays[0]?.participant.id ?? '';
  room.take(letGo(id, first));
  expect(room.state?.stays[0]?.participant.connection).toBe('CONNECTED');
  room.take(letGo(id, second));
  expect(room.state?.stays[0]?.participant.connection).toBe('RECONNECTING');
});

test('what another node undoes does not end a hold of this one, although both have one number', () => {
  const room = new Decided();
  room.take(comer('ann'));
  room.take(comer('ann'));
  const { participant, fence } = room.state?.stays[0] ?? {};
  const elsewhere = { now: room.now, aheadMs: 0, node: 'another' };
  const id = participant?.id ?? '';
  for (const decide of [letGo(id, fence ?? 0), release(id, fence ?? 0, 'LEFT')]) {
    expect(decide(room.state, elsewhere).state).toBe(room.state);
  }
  room.take(letGo(id, fence ?? 0));
  expect(room.state?.stays[0]?.participant.connection).toBe('RECONNECTING');
});

test('whatever is decided, a room stays in order', () => {
  const seed = Number(process.env.SEED ?? 20_260_131);
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const room = new Decided();
      let revision = 0;
      for (const { kind, who, whom, access } of commands) {
        room.now += 10;
        revision += 1;
        decideOne(room, kind, PEOPLE[who] ?? '', whom, rules({ access, revision, capacity: 3 }));
        check(room);
      }
      // In the end everything is forgotten.
      for (const name of PEOPLE) room.refusal(leave(name, 'LEFT'));
      for (const { knockId } of room.state?.waiting ?? []) room.take(withdraw(knockId));
      const due = room.state && dueAt(room.state);
      room.now = Math.max(room.now, due ?? 0);
      room.take(wake);
      expect(room.state).toBeNull();
    }),
    { numRuns: 300, seed },
  );
}, 60_000);

function decideOne(
  room: Decided,
  kind: string,
  name: string,
  whom: number,
  now: Entrance['rules'],
): void {
  const isGuest = name === 'gil' || name === 'hal';
  const pass = room.state?.passes[0]?.knockId ?? null;
  const entrance = entranceOf(name, { user: { id: name, name, isGuest }, rules: now, pass });
  const target = room.state?.stays[whom % Math.max(1, room.state.stays.length)];
  const waiting = room.state?.waiting[whom % Math.max(1, room.state.waiting.length)];
  const id = target?.participant.id ?? 'nobody';
  const decides: Readonly<Record<string, RoomDecide<unknown>>> = {
    enter: comer(name, entrance),
    takeOver: comer(name, { ...entrance, clientKey: 'another', takeOver: true }),
    lose: letGo(id, target?.fence ?? 1),
    leave: leave(name, 'LEFT'),
    knock: knocking(entrance).decide,
    admit: answerKnock(name, waiting?.knockId ?? 'nothing', 'admitted', false, OPTIONS),
    deny: answerKnock(name, waiting?.knockId ?? 'nothing', 'denied', whom > 7, OPTIONS),
    remove: remove(name, id, false, OPTIONS),
    ban: remove(name, id, true, OPTIONS),
    unban: unban(name),
    media: setMedia(name, { audio: whom > 4 }),
    hand: raiseHand(name, whom > 4),
    name: rename({ id: name, name: `${name} ${whom}`, isGuest }),
    node: nodeLost(whom > 7 ? 'here' : 'another'),
    close: whom === 0 ? closeRoom('EXPIRED') : wake,
    time: wake,
  };
  if (kind === 'time') room.now += whom * 1000;
  const decide = decides[kind];
  if (decide === undefined) throw new Error(`What is ${kind}?`);
  const refused = room.refusal(decide);
  if (refused !== null && !(refused instanceof DomainError)) throw refused;
}

function check({ state, now }: Decided): void {
  if (state === null) return;
  const { stays, waiting, passes, forgetAt, closedAt } = state;
  expect(stays.length).toBeLessThanOrEqual(3);
  const users = stays.map(({ participant }) => participant.user.id);
  expect(new Set(users).size).toBe(users.length);
  const orders = stays.map(({ participant }) => participant.joinOrder);
  expect(orders).toEqual([...orders].sort((one, other) => one - other));
  const hosts = stays.filter(({ participant }) => participant.role === 'HOST');
  expect(hosts).toHaveLength(stays.length === 0 ? 0 : 1);
  if (users.includes('ann')) expect(hosts[0]?.participant.user.id).toBe('ann');
  else if (hosts[0]?.participant.user.isGuest) {
    expect(stays.every(({ participant }) => participant.user.isGuest)).toBe(true);
  }
  for (const { participant, lostAt } of stays) {
    expect(participant.connection === 'RECONNECTING').toBe(lostAt !== null);
    if (lostAt !== null) expect(dueAt(state)).toBeLessThanOrEqual(lostAt + OPTIONS.graceMs);
  }
  expect(waiting.length).toBeLessThanOrEqual(OPTIONS.lobbyKnocks);
  expect(passes.length).toBeLessThanOrEqual(OPTIONS.lobbyKnocks);
  const inUse = stays.length > 0 || waiting.length > 0;
  expect(forgetAt === null).toBe(inUse);
  // A log may wake a room for nothing, for example at a moment that was due before.
  const early = (dueAt(state) ?? now + 3_600_000) - 1;
  if (early >= now) {
    const context = { now: early, aheadMs: 0, node: 'here' };
    expect(wake(state, context).state).toBe(state);
  }
  if (closedAt !== null && now < closedAt + REMEMBERED_MS) expect(stays).toEqual([]);
}
