import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AdmitParticipantDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  RaiseHandDocument,
  RemoveParticipantDocument,
  RoomDocument,
  SendMessageDocument,
  UpdateProfileDocument,
  UpdateRoomDocument,
  type UpdateRoomInput,
} from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const CHAT_BYTES = 12;
const CHAT_BURST = 3;
const CHAT_HISTORY = 2;
const LOBBY_KNOCKS = 1;
const ROOM_BANS = 1;
const ENV = {
  MAX_CHAT_BYTES: String(CHAT_BYTES),
  CHAT_BURST: String(CHAT_BURST),
  CHAT_PER_SECOND: '1',
  CHAT_HISTORY: String(CHAT_HISTORY),
  LOBBY_KNOCKS: String(LOBBY_KNOCKS),
  ROOM_BANS: String(ROOM_BANS),
};

let server: TestServer;
let ann: Person;
let bob: Person;
let cem: Person;
const participants: Participant[] = [];

beforeAll(async () => {
  server = await startServer({ env: ENV });
  ann = await register(server.graphqlUrl, 'Ann');
  bob = await register(server.graphqlUrl, 'Bob');
  cem = await register(server.graphqlUrl, 'Cem');
}, 60_000);
afterAll(async () => {
  await Promise.all(participants.map((each) => each.dispose()));
  await server.close();
});

async function join(person: Person, roomId: string, clientKey = 'tab'): Promise<Participant> {
  const participant = new Participant(server.socketUrl, person);
  participants.push(participant);
  await participant.join({ roomId, clientKey });
  return participant;
}

async function run<Data, Input>(
  document: TypedDocumentNode<Data, { input: Input }>,
  input: Input,
  person: Person,
): Promise<Data> {
  const answer = await post(server.graphqlUrl, document, { input }, person.headers);
  if (!answer.data) throw new Error(JSON.stringify(answer));
  return answer.data;
}

const create = async (input: CreateRoomInput) => {
  const { createRoom: result } = await run(CreateRoomDocument, input, ann);
  return result;
};
const update = async (input: UpdateRoomInput, person = ann) =>
  (await run(UpdateRoomDocument, input, person)).updateRoom;
const say = async (roomId: string, text: string, person: Person, messageId?: string) =>
  (await run(SendMessageDocument, { roomId, text, messageId: messageId ?? null }, person))
    .sendMessage;

describe('settings', () => {
  test('a room is made open and for accounts alone, unless its maker says otherwise', async () => {
    expect(await create({})).toMatchObject({ room: { access: 'OPEN', allowGuests: false } });
    expect(await create({ access: 'LOCKED', allowGuests: true })).toMatchObject({
      room: { access: 'LOCKED', allowGuests: true },
    });
  });

  test('its owner changes what is given, and everybody in it is told', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann, { name: 'Tea', capacity: 5 });
    const inside = await join(bob, roomId);
    const result = await update({ roomId, access: 'KNOCK', capacity: 3 });
    expect(result).toMatchObject({
      __typename: 'UpdateRoomSuccess',
      room: { name: 'Tea', capacity: 3, access: 'KNOCK', allowGuests: false },
    });
    const { room } = await inside.next('RoomUpdated');
    expect(room).toMatchObject({ id: roomId, capacity: 3, access: 'KNOCK' });
    expect(await update({ roomId, name: null })).toMatchObject({ room: { name: null } });
    const nothing = await update({ roomId });
    expect(nothing).toMatchObject({ room: { name: null, capacity: 3 } });
  });

  test('what cannot be is refused, all of it at once, and nothing changes', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann, { name: 'Tea' });
    expect(await update({ roomId, name: '', capacity: 1 })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'name' }, { path: 'capacity' }],
    });
    const none = 'f'.repeat(16);
    expect(await update({ roomId: none, name: 'x' })).toMatchObject({
      __typename: 'RoomNotFoundError',
    });
    const { data } = await post(server.graphqlUrl, RoomDocument, { id: roomId }, ann.headers);
    expect(data?.room).toMatchObject({ name: 'Tea', capacity: 8 });
  });
});

describe('the lobby', () => {
  test('LOBBY_KNOCKS: as many wait; one more is refused and may come again', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann, { access: 'KNOCK' });
    const waiting = await join(bob, roomId);
    expect(waiting.events[0]?.__typename).toBe('KnockPending');
    const refused = await join(cem, roomId);
    expect(refused.events[0]).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RateLimitedError' },
    });
    const host = await join(ann, roomId);
    const { knockId } = await host.next('KnockReceived');
    waiting.unsubscribe();
    await host.next('KnockEnded', (event) => event.knockId === knockId);
    expect((await join(cem, roomId)).events[0]?.__typename).toBe('KnockPending');
  });

  test('an open door lets in who waits, a closed room sends them away', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann, { access: 'KNOCK' });
    const waiting = await join(bob, roomId);
    await update({ roomId, access: 'OPEN' });
    await waiting.next('RoomSnapshot');
    expect(waiting.snapshot.self.role).toBe('HOST');

    const other = await createRoom(server.graphqlUrl, ann, { access: 'KNOCK' });
    const sentAway = await join(bob, other.id);
    await update({ roomId: other.id, access: 'LOCKED' });
    await sentAway.ended();
    expect(sentAway.events.map((event) => event.__typename)).toEqual([
      'KnockPending',
      'KnockAnswered',
      'JoinRefused',
    ]);
    expect(sentAway.events[2]).toMatchObject({ error: { __typename: 'KnockDeniedError' } });
    const late = await join(bob, other.id);
    expect(late.events[0]).toMatchObject({ error: { __typename: 'RoomLockedError' } });
  });

  test('an admitted one comes back after a lost socket without knocking', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann, { access: 'KNOCK' });
    const host = await join(ann, roomId);
    const guest = await join(bob, roomId);
    const { knockId } = await host.next('KnockReceived');
    await run(AdmitParticipantDocument, { roomId, knockId }, ann);
    await guest.next('RoomSnapshot');
    const { id } = guest;
    guest.cut();
    await host.next('ParticipantUpdated', (event) => event.participant.id === id);
    const back = await join(bob, roomId);
    expect(back.snapshot).toMatchObject({ recovered: true, self: { id } });
  });
});

describe('the host', () => {
  test('passes on to who stays, and back to the owner', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    const owner = await join(ann, roomId);
    const acting = await join(bob, roomId);
    const other = await join(cem, roomId);
    owner.unsubscribe();
    await acting.next('ParticipantUpdated', (event) => event.participant.role === 'HOST');
    const remove = { roomId, participantId: other.id };
    expect(await run(RemoveParticipantDocument, remove, bob)).toMatchObject({
      removeParticipant: { __typename: 'RemoveParticipantSuccess' },
    });
    await other.ended();
    expect(other.events.at(-1)).toMatchObject({ __typename: 'ParticipantLeft', reason: 'REMOVED' });
    const back = await join(ann, roomId);
    expect(back.snapshot.self.role).toBe('HOST');
    await acting.next('ParticipantUpdated', (event) => event.participant.role === 'MEMBER');
    expect(await run(RemoveParticipantDocument, remove, bob)).toMatchObject({
      removeParticipant: { __typename: 'NotHostError' },
    });
  });

  test('ROOM_BANS: as many are banned; one more is invalid, and that one stays', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    await join(ann, roomId);
    const first = await join(bob, roomId);
    const second = await join(cem, roomId);
    const ban = async (participantId: string) =>
      (await run(RemoveParticipantDocument, { roomId, participantId, ban: true }, ann))
        .removeParticipant;
    expect(await ban(first.id)).toMatchObject({ __typename: 'RemoveParticipantSuccess' });
    expect(await ban(second.id)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'ban' }],
    });
    expect(second.outcome).toBe('open');
    expect((await join(bob, roomId, 'another')).events[0]).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RemovedFromRoomError' },
    });
  });

  test('a ban outlives the server', async () => {
    const first = await startServer();
    const host = await register(first.graphqlUrl, 'Hal');
    const guest = await register(first.graphqlUrl, 'Gil');
    const { id: roomId } = await createRoom(first.graphqlUrl, host);
    const inRoom = async (at: TestServer, person: Person) => {
      const participant = new Participant(at.socketUrl, person);
      participants.push(participant);
      await participant.join({ roomId, clientKey: 'tab' });
      return participant;
    };
    await inRoom(first, host);
    const { id: participantId } = await inRoom(first, guest);
    const input = { roomId, participantId, ban: true };
    await post(first.graphqlUrl, RemoveParticipantDocument, { input }, host.headers);
    await first.stop();
    const second = await startServer({ dataDir: first.dataDir });
    try {
      const [refused] = (await inRoom(second, guest)).events;
      expect(refused).toMatchObject({ error: { __typename: 'RemovedFromRoomError' } });
    } finally {
      await second.close();
      await first.close();
    }
  });
});

describe('chat', () => {
  test('MAX_CHAT_BYTES: at it is delivered as it was sent, past it is invalid', async () => {
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    const reader = await join(cem, roomId);
    await join(ann, roomId);
    const fits = `<b>${'€'.repeat(3)}`;
    expect(Buffer.byteLength(fits)).toBe(CHAT_BYTES);
    expect(await say(roomId, fits, ann)).toMatchObject({ __typename: 'SendMessageSuccess' });
    expect(await reader.next('MessageReceived')).toMatchObject({ text: fits, history: false });
    for (const text of [`${fits}.`, '', ' \n ']) {
      expect(await say(roomId, text, ann)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'text' }],
      });
    }
    expect(await say(roomId, 'x', ann, 'x'.repeat(65))).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'messageId' }],
    });
  });

  test('CHAT_BURST and CHAT_PER_SECOND: as many go at once; one more waits, in whatever room', async () => {
    const dan = await register(server.graphqlUrl, 'Dan');
    const { id: roomId } = await createRoom(server.graphqlUrl, dan);
    await join(dan, roomId);
    const calls = Array.from({ length: CHAT_BURST * 20 }, (_, index) =>
      say(roomId, String(index), dan),
    );
    const outcomes = (await Promise.all(calls)).map(({ __typename }) => __typename);
    const sent = outcomes.filter((outcome) => outcome === 'SendMessageSuccess').length;
    // A slow machine may let one more through for each second that this takes.
    expect(sent).toBeGreaterThanOrEqual(CHAT_BURST);
    expect(outcomes.filter((outcome) => outcome === 'RateLimitedError')).toHaveLength(
      outcomes.length - sent,
    );
    expect(sent).toBeLessThan(outcomes.length);
  });

  test('CHAT_HISTORY: who comes later gets that many, marked as history', async () => {
    const eve = await register(server.graphqlUrl, 'Eve');
    const { id: roomId } = await createRoom(server.graphqlUrl, eve);
    const speaker = await join(eve, roomId);
    for (const text of ['one', 'two', 'three']) await say(roomId, text, eve, text);
    const { messages } = (await join(cem, roomId)).snapshot;
    expect(messages).toMatchObject([
      { text: 'two', from: speaker.id, user: { name: 'Eve' }, history: true, private: false },
      { text: 'three', history: true },
    ]);
    expect(messages).toHaveLength(CHAT_HISTORY);
  });
});

test('hands go up in order, and a new name is shown in the room', async () => {
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = await join(ann, roomId);
  await join(bob, roomId);
  await join(cem, roomId);
  for (const person of [cem, bob]) {
    expect(await run(RaiseHandDocument, { roomId, raised: true }, person)).toMatchObject({
      raiseHand: { participant: { handRaised: true } },
    });
  }
  const raised = [];
  for (const { accountId } of [cem, bob]) {
    const { participant } = await host.next(
      'ParticipantUpdated',
      (event) => event.participant.user.id === accountId,
    );
    raised.push(Date.parse(String(participant.handRaisedAt)));
  }
  expect(raised[0]).toBeLessThanOrEqual(raised[1] ?? 0);
  await run(UpdateProfileDocument, { name: 'Robert' }, bob);
  await host.next('ParticipantUpdated', (event) => event.participant.user.name === 'Robert');
});
