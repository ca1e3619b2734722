import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AdmitParticipantDocument,
  CloseRoomDocument,
  DenyParticipantDocument,
  MuteParticipantDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendMessageDocument,
  SendOfferDocument,
  SetMediaDocument,
  UpdateRoomDocument,
} from '../../src/client/generated/graphql.ts';
import { schema } from '../../src/graphql/schema.ts';
import { post } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { People, type Role, Scene } from './scene.ts';

/** Who gets each event in what this test does; in a room: the host, a member, a guest and the target. */
const INSIDE = ['host', 'member', 'guest', 'target'];
const SEEN_BY: Readonly<Record<string, readonly string[]>> = {
  RoomSnapshot: [...INSIDE, 'banned'],
  ParticipantJoined: ['host', 'member', 'target', 'guest'],
  ParticipantUpdated: INSIDE,
  ParticipantLeft: [...INSIDE, 'banned'],
  OfferReceived: ['target'],
  AnswerReceived: ['target'],
  IceCandidatesReceived: ['target'],
  // The whisper is the target's, and what is said to all everybody's but the speaker's.
  MessageReceived: ['host', 'guest', 'target'],
  MuteRequested: ['target'],
  KnockPending: ['member', 'guest', 'target', 'banned', 'waiting'],
  KnockAnswered: ['member', 'guest', 'target', 'banned', 'waiting'],
  KnockReceived: ['host'],
  KnockEnded: ['host'],
  RoomUpdated: INSIDE,
  RoomClosed: INSIDE,
  JoinRefused: ['waiting'],
  // To each its own, before TURN credentials end: tested by the clock with those.
  IceServersRefreshed: [],
  // Likewise before a session ends.
  SessionExpiring: [],
};

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 60_000);
afterAll(() => server.close());

test('the table has every kind of event', () => {
  const type = schema.getType('RoomEvent');
  const kinds = Object.values(schema.getTypeMap()).filter(
    (each) => isObjectType(each) && each.getInterfaces().some((one) => one === type),
  );
  expect(Object.keys(SEEN_BY).sort()).toEqual(kinds.map(({ name }) => name).sort());
});

test('each kind of event reaches whom it is for, and nobody else', async () => {
  const people = await People.register([server]);
  const scene = await Scene.open(people);
  const { roomId } = scene;
  const { graphqlUrl: url } = server;
  const { host, member } = people;
  const to = scene.participant('target').id;
  const mine = { roomId, to };
  const bye = { roomId, knockId: scene.knockId };

  await post(url, SendOfferDocument, { input: { ...mine, sdp: 'v=0' } }, member.headers);
  await post(url, SendAnswerDocument, { input: { ...mine, sdp: 'v=0' } }, member.headers);
  const candidates = [{ candidate: '' }];
  await post(url, SendIceCandidatesDocument, { input: { ...mine, candidates } }, member.headers);
  await post(url, SendMessageDocument, { input: { ...mine, text: 'Psst' } }, member.headers);
  await post(url, SendMessageDocument, { input: { roomId, text: 'Hello' } }, member.headers);
  await post(url, SetMediaDocument, { input: { roomId, audio: true } }, member.headers);
  const muted = { roomId, participantId: to };
  await post(url, MuteParticipantDocument, { input: muted }, host.headers);
  await post(url, DenyParticipantDocument, { input: bye }, host.headers);
  await scene.participant('waiting').ended();
  await post(url, UpdateRoomDocument, { input: { roomId, capacity: 20 } }, host.headers);
  await post(url, CloseRoomDocument, { input: { roomId } }, host.headers);
  for (const name of ['host', 'member', 'guest', 'target'] as const) {
    await scene.participant(name).ended();
  }

  const seen: Record<string, string[]> = {};
  for (const [name, { events }] of scene.participants) {
    for (const kind of new Set(events.map(({ __typename }) => __typename))) {
      seen[kind] = [...(seen[kind] ?? []), name];
    }
  }
  for (const [kind, names] of Object.entries(SEEN_BY)) {
    expect([...(seen[kind] ?? [])].sort(), kind).toEqual([...names].sort());
  }
  const messages = (name: Role | 'target') =>
    scene
      .participant(name)
      .events.flatMap((event) => (event.__typename === 'MessageReceived' ? [event.text] : []));
  expect(messages('target')).toEqual(['Psst', 'Hello']);
  expect([...messages('host'), ...messages('guest')]).toEqual(['Hello', 'Hello']);
  await scene.close();
}, 120_000);

test('who waits learns nothing of the inside until it is let in, and then what was said before', async () => {
  const people = await People.register([server]);
  const scene = await Scene.open(people);
  const { roomId, knockId } = scene;
  const { graphqlUrl: url } = server;
  const waiting = scene.participant('waiting');
  await post(
    url,
    SendMessageDocument,
    { input: { roomId, text: 'Before' } },
    people.member.headers,
  );
  await scene.participant('host').next('MessageReceived');
  expect(waiting.events.map(({ __typename }) => __typename)).toEqual(['KnockPending']);
  await post(url, AdmitParticipantDocument, { input: { roomId, knockId } }, people.host.headers);
  await waiting.next('RoomSnapshot');
  const [, answered, snapshot] = waiting.events;
  expect(answered).toMatchObject({ __typename: 'KnockAnswered', admitted: true });
  expect(snapshot).toMatchObject({
    recovered: false,
    messages: [{ text: 'Before', history: true, private: false, user: { name: 'Member' } }],
  });
  expect(waiting.snapshot.participants).toHaveLength(4);
  await scene.close();
}, 120_000);

test('a knock ends with its socket, and the host is told', async () => {
  const people = await People.register([server]);
  const scene = await Scene.open(people);
  const { knockId } = scene;
  scene.participant('waiting').cut();
  const host = scene.participant('host');
  await host.next('KnockEnded', (event) => event.knockId === knockId);
  const input = { roomId: scene.roomId, knockId };
  const answer = await post(
    server.graphqlUrl,
    AdmitParticipantDocument,
    { input },
    people.host.headers,
  );
  expect(answer.data?.admitParticipant.__typename).toBe('KnockNotFoundError');
  await scene.close();
}, 120_000);
