import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogoutDocument, SetMediaDocument } from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ env: { GRACE_SECONDS: '1' } });
});

afterAll(() => server.close());

async function pair(clientKeys: { ann?: string; bob?: string } = {}) {
  const [ann, bob] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
  const room = await createRoom(server.graphqlUrl, ann);
  const one = new Participant(server.socketUrl, ann);
  const other = new Participant(server.socketUrl, bob);
  await one.join({ roomId: room.id, ...(clientKeys.ann && { clientKey: clientKeys.ann }) });
  await other.join({ roomId: room.id, ...(clientKeys.bob && { clientKey: clientKeys.bob }) });
  return { ann, bob, room, one, other };
}

test('two meet, signal each other, and one leaves', async () => {
  const { room, one, other } = await pair();
  expect(one.snapshot.self.role).toBe('HOST');
  expect(other.snapshot.participants.map(({ id }) => id)).toEqual([one.id]);
  expect(other.snapshot.self.joinOrder).toBeGreaterThan(one.snapshot.self.joinOrder);
  const joined = await one.next('ParticipantJoined');
  expect(joined.participant).toEqual(other.snapshot.self);

  const sent = await other.offer(room.id, one.id, 'v=0');
  const received = await one.next('OfferReceived');
  expect(received).toMatchObject({ from: other.id, sdp: 'v=0', cursor: sent.cursor });

  const burst = ['candidate:1', 'candidate:2', ''];
  await one.candidates(room.id, other.id, burst);
  const candidates = await other.next('IceCandidatesReceived');
  expect(candidates.candidates.map(({ candidate }) => candidate)).toEqual(burst);

  other.unsubscribe();
  expect(await one.next('ParticipantLeft')).toMatchObject({ reason: 'LEFT' });
  await one.dispose();
  await other.dispose();
});

test('the offer of a join is there with the news of it, once, however often the join is sent', async () => {
  const { room, one, other } = await pair();
  const cem = await register(server.graphqlUrl, 'Cem');
  const join = { roomId: room.id, clientKey: 'tab', offer: 'v=0' };
  const first = new Participant(server.socketUrl, cem);
  await first.join(join);
  expect(first.snapshot).toMatchObject({ offeredTo: one.id, recovered: false });
  const { cursor } = await one.next('OfferReceived', ({ from }) => from === first.id);
  first.cut();
  const again = new Participant(server.socketUrl, cem);
  await again.join(join);
  expect(again.snapshot).toMatchObject({ offeredTo: one.id, recovered: true });
  expect(again.id).toBe(first.id);
  await again.offer(room.id, one.id, 'last');
  await one.next('OfferReceived', ({ sdp }) => sdp === 'last');
  const offers = one.events.filter((event) => event.__typename === 'OfferReceived');
  expect(offers.map(({ sdp }) => sdp)).toEqual(['v=0', 'last']);
  const before = one.events[one.events.findIndex((event) => event.cursor === cursor) - 1];
  expect(before).toMatchObject({
    __typename: 'ParticipantJoined',
    participant: { id: first.id },
  });
  expect(other.events.filter(({ __typename }) => __typename === 'OfferReceived')).toEqual([]);
  await Promise.all([one.dispose(), other.dispose(), again.dispose()]);
});

test('a cut socket is RECONNECTING, comes back with `after`, and misses nothing', async () => {
  const { bob, room, one, other } = await pair({ bob: 'tab' });
  const { cursor } = other.snapshot;
  const { id } = other;
  other.cut();
  const updated = await one.next('ParticipantUpdated');
  expect(updated.participant).toMatchObject({ id, connection: 'RECONNECTING' });
  for (const sdp of ['1', '2', '3']) {
    expect((await one.offer(room.id, id, sdp)).__typename).toBe('SendOfferSuccess');
  }
  const again = new Participant(server.socketUrl, bob);
  const first = await again.join({ roomId: room.id, clientKey: 'tab', after: cursor });
  expect(first).toMatchObject({ __typename: 'RoomSnapshot', recovered: true, cursor });
  expect(again.id).toBe(id);
  await again.next('OfferReceived', ({ sdp }) => sdp === '3');
  const offers = again.events.filter((event) => event.__typename === 'OfferReceived');
  expect(offers.map((offer) => offer.sdp)).toEqual(['1', '2', '3']);
  await one.next('ParticipantUpdated', (event) => event.participant.connection === 'CONNECTED');
  await Promise.all([one.dispose(), again.dispose()]);
});

test('who does not come back is gone after the grace, once', async () => {
  const { room, one, other } = await pair({ bob: 'tab' });
  const { id } = other;
  other.cut();
  expect(await one.next('ParticipantLeft')).toMatchObject({
    reason: 'DISCONNECTED',
    participant: { id },
  });
  expect((await one.offer(room.id, id, 'x')).__typename).toBe('PeerNotInRoomError');
  expect(one.events.filter((event) => event.__typename === 'ParticipantLeft')).toHaveLength(1);
  await one.dispose();
});

test('signing out ends the stay and the socket at once', async () => {
  const { bob, one, other } = await pair({ bob: 'tab' });
  await post(server.graphqlUrl, LogoutDocument, {}, bob.headers);
  expect(await one.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
  expect(await other.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
  expect(await other.closed()).toBe(4401);
  await one.dispose();
});

test('a second client of one user is refused, or takes over', async () => {
  const { bob, room, one, other } = await pair({ bob: 'first' });
  const second = new Participant(server.socketUrl, bob);
  const refused = await second.join({ roomId: room.id, clientKey: 'second' });
  expect(refused).toMatchObject({
    __typename: 'JoinRefused',
    error: { __typename: 'AlreadyInRoomError' },
  });
  await second.ended();
  expect(second.outcome).toBe('complete');
  await second.join({ roomId: room.id, clientKey: 'second', takeOver: true });
  expect(await other.next('ParticipantLeft')).toMatchObject({ reason: 'REPLACED' });
  await other.ended();
  expect(await one.next('ParticipantLeft')).toMatchObject({ reason: 'REPLACED' });
  await Promise.all([one.dispose(), second.dispose(), other.dispose()]);
});

test('a repeated signalId is accepted and delivered once', async () => {
  const { room, one, other } = await pair();
  const first = await one.offer(room.id, other.id, 'x', 'id-1');
  const again = await one.offer(room.id, other.id, 'x', 'id-1');
  expect(again.cursor).toBe(first.cursor);
  await one.offer(room.id, other.id, 'last', 'id-2');
  await other.next('OfferReceived', ({ sdp }) => sdp === 'last');
  expect(other.events.filter((event) => event.__typename === 'OfferReceived')).toHaveLength(2);
  await Promise.all([one.dispose(), other.dispose()]);
});

test('media changes are told to everybody', async () => {
  const { ann, room, one, other } = await pair();
  const input = { roomId: room.id, audio: true };
  const answer = await post(server.graphqlUrl, SetMediaDocument, { input }, ann.headers);
  expect(answer.data?.setMedia).toMatchObject({ participant: { media: { audio: true } } });
  const told = await other.next('ParticipantUpdated');
  expect(told.participant.media).toEqual({ audio: true, video: false, screen: false });
  await Promise.all([one.dispose(), other.dispose()]);
});
