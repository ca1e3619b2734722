import { describe, expect, test } from 'vitest';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { stillClock } from '../kit/still-clock.ts';
import { Wire } from '../kit/wire.ts';

const ROOM_EVENTS_SDP =
  'subscription($id: ID!) { roomEvents(roomId: $id) { __typename ... on OfferReceived { sdp } } }';
const ROOM_EVENTS = 'subscription($id: ID!) { roomEvents(roomId: $id) { __typename } }';

async function withServer(
  options: Parameters<typeof startServer>[0],
  use: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startServer(options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

/** A pair in a room. */
async function pair(server: TestServer) {
  const people = [
    await register(server.graphqlUrl, 'Ann'),
    await register(server.graphqlUrl, 'Bob'),
  ];
  const [ann, bob] = people as [Person, Person];
  const room = await createRoom(server.graphqlUrl, ann);
  const [one, other] = [ann, bob].map((person) => new Participant(server.socketUrl, person)) as [
    Participant,
    Participant,
  ];
  await one.join({ roomId: room.id });
  await other.join({ roomId: room.id });
  const dispose = () => Promise.all([one.dispose(), other.dispose()]);
  return { roomId: room.id, one, other, dispose };
}

describe('signals', () => {
  test('MAX_SDP_BYTES: at it is delivered, past it is invalid', () =>
    withServer({ env: { MAX_SDP_BYTES: '300' } }, async (server) => {
      const { roomId, one, other, dispose } = await pair(server);
      for (const sdp of ['x'.repeat(300), '€'.repeat(100)]) {
        expect(await one.offer(roomId, other.id, sdp)).toMatchObject({
          __typename: 'SendOfferSuccess',
        });
        await other.next('OfferReceived', (event) => event.sdp === sdp);
      }
      for (const sdp of ['x'.repeat(301), `${'€'.repeat(100)}x`, '']) {
        expect(await one.offer(roomId, other.id, sdp)).toMatchObject({
          __typename: 'InvalidInputError',
          issues: [{ path: 'sdp' }],
        });
      }
      await dispose();
    }));

  test('MAX_SDP_BYTES: an offer that comes with a join is delivered at it; past it nobody joins', () =>
    withServer({ env: { MAX_SDP_BYTES: '300' } }, async (server) => {
      const { roomId, one, dispose } = await pair(server);
      const cat = new Participant(server.socketUrl, await register(server.graphqlUrl, 'Cat'));
      const past = cat.join({ roomId, offer: 'x'.repeat(301) });
      await expect(past).rejects.toThrow('INVALID_INPUT');
      expect(cat.error).toMatchObject([
        { extensions: { code: 'INVALID_INPUT', issues: [{ path: 'offer', limit: 300 }] } },
      ]);
      const sdp = 'x'.repeat(300);
      await cat.join({ roomId, offer: sdp });
      expect(cat.snapshot.offeredTo).toBe(one.id);
      await one.next('OfferReceived', (event) => event.from === cat.id && event.sdp === sdp);
      // Of the join that was refused, nobody was told.
      const joined = one.events.filter(({ __typename }) => __typename === 'ParticipantJoined');
      expect(joined).toHaveLength(2);
      await Promise.all([dispose(), cat.dispose()]);
    }));

  test('MAX_CANDIDATE_BYTES and MAX_CANDIDATES: at them is delivered, past them is invalid', () =>
    withServer({ env: { MAX_CANDIDATE_BYTES: '64', MAX_CANDIDATES: '3' } }, async (server) => {
      const { roomId, one, other, dispose } = await pair(server);
      const fits = ['x'.repeat(64), `${'€'.repeat(21)}x`, ''];
      expect((await one.candidates(roomId, other.id, fits)).__typename).toBe(
        'SendIceCandidatesSuccess',
      );
      const { candidates } = await other.next('IceCandidatesReceived');
      expect(candidates.map(({ candidate }) => candidate)).toEqual(fits);
      expect(await one.candidates(roomId, other.id, ['', 'x'.repeat(65), ''])).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'candidates.1.candidate' }],
      });
      for (const burst of [['', '', '', ''], []]) {
        expect(await one.candidates(roomId, other.id, burst)).toMatchObject({
          __typename: 'InvalidInputError',
          issues: [{ path: 'candidates' }],
        });
      }
      await dispose();
    }));

  test.each([3_600_000, -3_600_000])(
    'SIGNAL_BURST is as soon free again as ever, though the clock is set by %i ms',
    async (step) => {
      const clock = stillClock();
      const env = { SIGNAL_BURST: '5', SIGNALS_PER_SECOND: '2' };
      await withServer({ env, overrides: { clock } }, async (server) => {
        const { roomId, one, other, dispose } = await pair(server);
        const send = async () => (await one.offer(roomId, other.id, 'x')).__typename;
        for (let sent = 0; sent < 5; sent += 1) expect(await send()).toBe('SendOfferSuccess');
        clock.set(step);
        expect(await send()).toBe('RateLimitedError');
        clock.move(500);
        expect(await send()).toBe('SendOfferSuccess');
        expect(await send()).toBe('RateLimitedError');
        await dispose();
      });
    },
  );

  test('SIGNAL_BURST at once, then SIGNALS_PER_SECOND; past them is RateLimitedError', async () => {
    const clock = stillClock();
    const env = { SIGNAL_BURST: '5', SIGNALS_PER_SECOND: '2' };
    await withServer({ env, overrides: { clock } }, async (server) => {
      const { roomId, one, other, dispose } = await pair(server);
      const send = async () => (await one.offer(roomId, other.id, 'x')).__typename;
      for (let sent = 0; sent < 5; sent += 1) expect(await send()).toBe('SendOfferSuccess');
      expect(await one.offer(roomId, other.id, 'x')).toMatchObject({
        __typename: 'RateLimitedError',
        retryAfter: 1,
      });
      clock.move(1000);
      expect([await send(), await send()]).toEqual(['SendOfferSuccess', 'SendOfferSuccess']);
      expect(await send()).toBe('RateLimitedError');
      // Another participant has its own.
      expect((await other.offer(roomId, one.id, 'x')).__typename).toBe('SendOfferSuccess');
      await dispose();
    });
  });
});

describe('resuming', () => {
  /** Bob loses his socket, Ann sends so many offers, Bob comes back; what his first event is. */
  async function comeBack(server: TestServer, offers: number, pause: () => void = () => {}) {
    const ann = await register(server.graphqlUrl, 'Ann');
    const bob = await register(server.graphqlUrl, 'Bob');
    const room = await createRoom(server.graphqlUrl, ann);
    const one = new Participant(server.socketUrl, ann);
    const other = new Participant(server.socketUrl, bob);
    await one.join({ roomId: room.id });
    await other.join({ roomId: room.id, clientKey: 'tab' });
    const { cursor } = other.snapshot;
    for (let sent = 0; sent < offers; sent += 1) await one.offer(room.id, other.id, `${sent}`);
    if (offers > 0) await other.next('OfferReceived', ({ sdp }) => sdp === `${offers - 1}`);
    pause();
    other.cut();
    await one.next('ParticipantUpdated');
    const again = new Participant(server.socketUrl, bob);
    await again.join({ roomId: room.id, clientKey: 'tab', after: cursor });
    const { recovered } = again.snapshot;
    await Promise.all([one, other, again].map((participant) => participant.dispose()));
    return recovered;
  }

  test('REPLAY_EVENTS: so many are replayed, past them the resume is not recovered', () =>
    withServer({ env: { REPLAY_EVENTS: '10' } }, async (server) => {
      expect(await comeBack(server, 8)).toBe(true);
      expect(await comeBack(server, 11)).toBe(false);
    }));

  test('REPLAY_SECONDS: what was sent longer before the loss is not replayed', async () => {
    const clock = stillClock();
    await withServer({ env: { REPLAY_SECONDS: '5' }, overrides: { clock } }, async (server) => {
      expect(await comeBack(server, 2, () => clock.move(5000))).toBe(true);
      expect(await comeBack(server, 2, () => clock.move(5001))).toBe(false);
    });
  });

  test('SOCKET_BUFFER_BYTES and MAILBOX_EVENTS: a reader that stops is closed with 1013, one that reads is not', () =>
    withServer(
      {
        env: {
          SOCKET_BUFFER_BYTES: '65536',
          MAILBOX_EVENTS: '5',
          SIGNALS_PER_SECOND: '100000',
          SIGNAL_BURST: '100000',
        },
      },
      async (server) => {
        const { roomId, one, other, dispose } = await pair(server);
        const cat = await register(server.graphqlUrl, 'Cat');
        const slow = await Wire.ready(server.socketUrl, cat.token);
        slow.subscribe('1', ROOM_EVENTS_SDP, { id: roomId });
        const joined = await one.next(
          'ParticipantJoined',
          (event) => event.participant.user.name === 'Cat',
        );
        slow.ws.pause();
        const sdp = 'x'.repeat(30_000);
        let sent = 0;
        // What the kernel buffers comes first; it takes some megabytes.
        while (sent < 2000) {
          const { __typename } = await one.offer(roomId, joined.participant.id, sdp);
          if (__typename !== 'SendOfferSuccess') break;
          sent += 1;
        }
        expect(sent).toBeGreaterThan(5);
        expect(sent).toBeLessThan(2000);
        await one.next('ParticipantLeft');
        slow.ws.resume();
        expect(await slow.closed()).toBe(1013);
        for (let index = 0; index < 50; index += 1) await one.offer(roomId, other.id, sdp);
        await other.until(
          () =>
            other.events.filter(({ __typename }) => __typename === 'OfferReceived').length === 50,
        );
        expect(other.closes).toEqual([]);
        await dispose();
      },
    ));
});

describe('rooms', () => {
  test('a room takes its capacity, and RoomFullError past it, until somebody leaves', () =>
    withServer({}, async (server) => {
      const ann = await register(server.graphqlUrl);
      const room = await createRoom(server.graphqlUrl, ann, { capacity: 2 });
      const people = await Promise.all(
        ['Bob', 'Cat', 'Dan'].map((name) => register(server.graphqlUrl, name)),
      );
      const guests = people.map((person) => new Participant(server.socketUrl, person));
      const [bob, cat, dan] = guests as [Participant, Participant, Participant];
      expect((await bob.join({ roomId: room.id })).__typename).toBe('RoomSnapshot');
      expect((await cat.join({ roomId: room.id })).__typename).toBe('RoomSnapshot');
      expect(await dan.join({ roomId: room.id })).toMatchObject({
        __typename: 'JoinRefused',
        error: { __typename: 'RoomFullError', capacity: 2 },
      });
      cat.unsubscribe();
      await bob.next('ParticipantLeft');
      expect((await dan.join({ roomId: room.id })).__typename).toBe('RoomSnapshot');
      await Promise.all(guests.map((guest) => guest.dispose()));
    }));

  test('ROOM_CAPACITY is the capacity of a room without one, MAX_ROOM_CAPACITY bounds it', () =>
    withServer({ env: { ROOM_CAPACITY: '3', MAX_ROOM_CAPACITY: '6' } }, async (server) => {
      const ann = await register(server.graphqlUrl);
      expect((await createRoom(server.graphqlUrl, ann)).capacity).toBe(3);
      expect((await createRoom(server.graphqlUrl, ann, { capacity: 6 })).capacity).toBe(6);
      const query =
        'mutation($input: CreateRoomInput!) { createRoom(input: $input) { __typename ... on InvalidInputError { issues { path } } } }';
      for (const capacity of [7, 1]) {
        const { data } = await post(server.graphqlUrl, query, { input: { capacity } }, ann.headers);
        expect(data).toEqual({
          createRoom: { __typename: 'InvalidInputError', issues: [{ path: 'capacity' }] },
        });
      }
    }));
});

describe('sockets', () => {
  test('SOCKETS_PER_USER: past it is closed with 4429, whatever others have', () =>
    withServer({ env: { SOCKETS_PER_USER: '2' } }, async (server) => {
      const ann = await register(server.graphqlUrl);
      const bob = await register(server.graphqlUrl, 'Bob');
      const open = [
        await Wire.ready(server.socketUrl, ann.token),
        await Wire.ready(server.socketUrl, ann.token),
      ];
      const third = await Wire.ready(server.socketUrl, ann.token);
      expect(await third.closed()).toBe(4429);
      const other = await Wire.ready(server.socketUrl, bob.token);
      expect(other.frames[0]?.type).toBe('connection_ack');
      open.pop()?.end();
      await comesIn(() => Wire.ready(server.socketUrl, ann.token));
      for (const wire of [...open, other]) wire.end();
    }));

  test('SOCKETS_PER_ADDRESS: past it is closed with 4429, signed in or not', () =>
    withServer({ env: { SOCKETS_PER_ADDRESS: '2' } }, async (server) => {
      const open = [await Wire.ready(server.socketUrl), await Wire.ready(server.socketUrl)];
      const third = await Wire.open(server.socketUrl);
      expect(await third.closed()).toBe(4429);
      open.pop()?.end();
      await comesIn(() => Wire.ready(server.socketUrl));
      for (const wire of open) wire.end();
    }));

  test('MESSAGES_PER_SECOND: past it the socket is closed with 4429', () =>
    withServer(
      { env: { MESSAGES_PER_SECOND: '5' }, overrides: { clock: stillClock() } },
      async (server) => {
        const wire = await Wire.ready(server.socketUrl);
        for (let sent = 1; sent < 5; sent += 1) wire.send({ type: 'ping' });
        await wire.until(() => wire.frames.length === 5, 'an answer to each');
        wire.send({ type: 'ping' });
        expect(await wire.closed()).toBe(4429);
      },
    ));

  test('MESSAGES_PER_SECOND_PER_ADDRESS: past it who sends most is closed with 4429, and no neighbour', () =>
    withServer(
      { env: { MESSAGES_PER_SECOND_PER_ADDRESS: '20' }, overrides: { clock: stillClock() } },
      async (server) => {
        const [loud, quiet] = [
          await Wire.ready(server.socketUrl),
          await Wire.ready(server.socketUrl),
        ];
        // With their connection_init both have sent one more.
        for (let sent = 1; sent < 17; sent += 1) loud.send({ type: 'ping' });
        await loud.until(() => loud.frames.length === 17, 'an answer to each');
        for (let sent = 1; sent < 5; sent += 1) quiet.send({ type: 'ping' });
        await quiet.until(() => quiet.frames.length === 5, 'an answer to each, past the limit too');
        expect(loud.close).toBeNull();
        loud.send({ type: 'ping' });
        expect(await loud.closed()).toBe(4429);
        quiet.send({ type: 'ping' });
        await quiet.until(() => quiet.frames.length === 6, 'an answer to the one who is left');
        quiet.end();
      },
    ));

  test('SUBSCRIPTIONS_PER_SOCKET: past it is an error of that operation alone', () =>
    withServer({ env: { SUBSCRIPTIONS_PER_SOCKET: '2' } }, async (server) => {
      const ann = await register(server.graphqlUrl);
      const rooms = await Promise.all([1, 2, 3].map(() => createRoom(server.graphqlUrl, ann)));
      const [first, second, third] = rooms.map(({ id }) => id);
      const wire = await Wire.ready(server.socketUrl, ann.token);
      const joined = async (operation: string, id: string | undefined) => {
        wire.subscribe(operation, ROOM_EVENTS, { id });
        return (await wire.next((frame) => frame.id === operation)).type;
      };
      expect([await joined('1', first), await joined('2', second)]).toEqual(['next', 'next']);
      wire.subscribe('3', ROOM_EVENTS, { id: third });
      expect(await wire.next(({ id }) => id === '3')).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 2 } }],
      });
      // Queries do not count.
      expect((await wire.run('4', '{ __typename }')).type).toBe('next');
      wire.send({ type: 'complete', id: '1' });
      expect(await joined('5', third)).toBe('next');
      expect(wire.close).toBeNull();
      wire.end();
    }));

  test('HEARTBEAT_SECONDS: who answers no ping is cut off at the third, who answers stays', () =>
    withServer({ env: { HEARTBEAT_SECONDS: '1' } }, async (server) => {
      const dead = await Wire.ready(server.socketUrl, undefined, { autoPong: false });
      const alive = await Wire.ready(server.socketUrl);
      let pings = 0;
      dead.ws.on('ping', () => {
        pings += 1;
      });
      expect(await dead.closed()).toBe(1006);
      expect(pings).toBe(2);
      expect((await alive.run('1', '{ __typename }')).type).toBe('next');
      alive.end();
    }));
});

test('SESSION_SECONDS: until then the token is good, then it is not, and its sockets close with 4403', async () => {
  const clock = stillClock();
  const env = { SESSION_SECONDS: '10', HEARTBEAT_SECONDS: '1' };
  await withServer({ env, overrides: { clock } }, async (server) => {
    const ann = await register(server.graphqlUrl);
    const me = () => post(server.graphqlUrl, '{ me { id } }', {}, ann.headers);
    const wire = await Wire.ready(server.socketUrl, ann.token);
    // Tokens count whole seconds, so a session may end a part of a second early.
    clock.move(8999);
    expect((await me()).data).toEqual({ me: { id: ann.accountId } });
    clock.move(1001);
    expect((await me()).data).toEqual({ me: null });
    expect(await wire.closed()).toBe(4403);
  });
});

/** Tries again while the server still counts a socket that has just gone. */
async function comesIn(open: () => Promise<Wire>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const wire = await open();
    if (wire.frames[0]?.type === 'connection_ack') {
      wire.end();
      return;
    }
  }
  throw new Error('The place of a socket that has gone was not given away.');
}
