import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { LoginDocument, LogoutDocument } from '../../src/client/generated/graphql.ts';
import { FaultyNetwork, type Link } from '../kit/faulty-network.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

/** What the defaults promise for a dead peer, in milliseconds. */
const DEAD_WITHIN_MS = 15_000;
const DEFAULT_HEARTBEAT_SECONDS = 4;

interface Meeting {
  readonly roomId: string;
  readonly ann: Participant;
  readonly bob: Participant;
  readonly bobs: Person;
  /** Bob's connection, by a network that can fail. */
  readonly link: Link;
  readonly socket: WebSocket;
  close(): Promise<void>;
}

async function meet(server: TestServer, clientKey: string | null = 'tab'): Promise<Meeting> {
  const links: Link[] = [];
  const network = await FaultyNetwork.start(server.url, (link) => links.push(link));
  const [anns, bobs] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
  const { id: roomId } = await createRoom(server.graphqlUrl, anns);
  const ann = new Participant(server.socketUrl, anns);
  const bob = new Participant(network.socketUrl, bobs);
  const opened = new Promise<WebSocket>((resolve) => {
    bob.client.on('opened', (socket) => resolve(socket as WebSocket));
  });
  await ann.join({ roomId, clientKey: 'ann' });
  await bob.join({ roomId, ...(clientKey !== null && { clientKey }) });
  const [link] = links;
  if (link === undefined) throw new Error('There was no connection.');
  const close = async () => {
    await Promise.all([ann.dispose(), bob.dispose()]);
    await network.close();
  };
  return { roomId, ann, bob, bobs, link, socket: await opened, close };
}

const states = ({ ann }: Meeting) =>
  ann.events.flatMap((event) =>
    event.__typename === 'ParticipantUpdated' ? [event.participant.connection] : [],
  );
const departures = ({ ann }: Meeting) =>
  ann.events.flatMap((event) => (event.__typename === 'ParticipantLeft' ? [event.reason] : []));

/** Milliseconds until the others see that Bob is gone. */
async function timeUntilSeen(meeting: Meeting, fail: (link: Link) => void): Promise<number> {
  const from = performance.now();
  fail(meeting.link);
  await until(() => states(meeting).includes('RECONNECTING'), 'the loss to be seen', 20_000);
  return performance.now() - from;
}

describe('with a short heartbeat', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { HEARTBEAT_SECONDS: '1', GRACE_SECONDS: '2' } });
  });
  afterAll(() => server.close());

  test('a peer that fell silent and a half-open socket are seen in time, a broken one at once', async () => {
    const [silent, halfOpen, broken] = await Promise.all([
      meet(server),
      meet(server),
      meet(server),
    ]);
    const bound = DEAD_WITHIN_MS / DEFAULT_HEARTBEAT_SECONDS;
    const [silentMs, halfOpenMs, brokenMs] = await Promise.all([
      timeUntilSeen(silent, (link) => link.silence()),
      timeUntilSeen(halfOpen, (link) => link.abandonServer()),
      timeUntilSeen(broken, (link) => link.cut()),
    ]);
    process.stdout.write(`seen after ${JSON.stringify({ silentMs, halfOpenMs, brokenMs })}\n`);
    expect(silentMs).toBeLessThan(bound);
    expect(halfOpenMs).toBeLessThan(bound);
    expect(brokenMs).toBeLessThan(1000);
    for (const meeting of [silent, halfOpen, broken]) {
      await until(() => departures(meeting).length > 0, 'the end of the grace');
      expect(departures(meeting)).toEqual(['DISCONNECTED']);
      expect(states(meeting)).toEqual(['RECONNECTING']);
      await meeting.close();
    }
  });

  test.each([
    ['closed with 1000', (meeting: Meeting) => meeting.socket.close(1000)],
    ['closed with 1001, as a closed tab does', (meeting: Meeting) => meeting.socket.close(1001)],
    ['closed without a code', (meeting: Meeting) => meeting.socket.close()],
    ['unsubscribed', (meeting: Meeting) => meeting.bob.unsubscribe()],
  ])('%s: it has left at once', async (_what, leave) => {
    const meeting = await meet(server);
    const from = performance.now();
    leave(meeting);
    await meeting.ann.next('ParticipantLeft');
    expect(performance.now() - from).toBeLessThan(1000);
    expect(departures(meeting)).toEqual(['LEFT']);
    expect(states(meeting)).toEqual([]);
    await meeting.close();
  });

  test('without a clientKey a broken socket is the end of its stay', async () => {
    const meeting = await meet(server, null);
    meeting.link.cut();
    await meeting.ann.next('ParticipantLeft');
    expect(departures(meeting)).toEqual(['DISCONNECTED']);
    await meeting.close();
  });

  test('a second connection with the same clientKey takes over in silence, and the first one’s end changes nothing', async () => {
    const meeting = await meet(server);
    const { roomId, ann, bob, bobs, link } = meeting;
    const again = new Participant(server.socketUrl, bobs);
    const first = await again.join({ roomId, clientKey: 'tab' });
    expect(first).toMatchObject({ recovered: true, self: { id: bob.id, connection: 'CONNECTED' } });
    await bob.ended();
    expect(bob.outcome).toBe('complete');
    link.cut();
    await bob.closed();
    expect((await ann.offer(roomId, again.id, 'x')).__typename).toBe('SendOfferSuccess');
    await again.next('OfferReceived');
    expect(states(meeting)).toEqual([]);
    expect(departures(meeting)).toEqual([]);
    await Promise.all([again.dispose(), meeting.close()]);
  });

  test('signing out ends the stay at once, also of one who is away', async () => {
    const meeting = await meet(server);
    const { ann, bobs } = meeting;
    await timeUntilSeen(meeting, (link) => link.cut());
    await post(server.graphqlUrl, LogoutDocument, {}, bobs.headers);
    expect(await ann.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
    await meeting.close();
  });

  test('leaving and joining again in one breath is a new stay', async () => {
    const meeting = await meet(server, null);
    const former = meeting.bob.id;
    meeting.bob.unsubscribe();
    const first = await meeting.bob.join({ roomId: meeting.roomId });
    expect(first.__typename).toBe('RoomSnapshot');
    expect(meeting.bob.id).not.toBe(former);
    expect(departures(meeting)).toEqual(['LEFT']);
    await meeting.close();
  });
});

test('an expired session closes the socket with 4403; its stay goes on with the next session, and ends with that', async () => {
  const env = { SESSION_SECONDS: '3', HEARTBEAT_SECONDS: '1' };
  const server = await startServer({ env });
  const meeting = await meet(server);
  const { roomId, bob, bobs } = meeting;
  const { id } = bob;
  expect(await bob.closed()).toBe(4403);
  const login = await post(server.graphqlUrl, LoginDocument, {
    input: { email: bobs.email, password: bobs.password, delivery: 'BEARER' },
  });
  const result = login.data?.login;
  if (result?.__typename !== 'LoginSuccess' || !result.token) throw new Error('No login.');
  const { token } = result;
  const headers = { authorization: `Bearer ${token}` };
  const again = new Participant(server.socketUrl, { ...bobs, token, headers });
  const first = await again.join({ roomId, clientKey: 'tab' });
  expect(first).toMatchObject({ recovered: true, self: { id } });
  await post(server.graphqlUrl, LogoutDocument, {}, headers);
  expect(await again.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
  expect(await again.closed()).toBe(4401);
  await Promise.all([again.dispose(), meeting.close()]);
  await server.close();
});

test('by default a dead peer and a half-open socket are seen within 15 s', async () => {
  const server = await startServer();
  const [silent, halfOpen] = await Promise.all([meet(server), meet(server)]);
  const [silentMs, halfOpenMs] = await Promise.all([
    timeUntilSeen(silent, (link) => link.silence()),
    timeUntilSeen(halfOpen, (link) => link.abandonServer()),
  ]);
  process.stdout.write(`by default seen after ${JSON.stringify({ silentMs, halfOpenMs })}\n`);
  expect(Math.max(silentMs, halfOpenMs)).toBeLessThan(DEAD_WITHIN_MS);
  await Promise.all([silent.close(), halfOpen.close()]);
  await server.close();
});
