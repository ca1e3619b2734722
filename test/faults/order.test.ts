import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const SENDS = 250;

let server: TestServer;
/** How far the server's clock is off, in milliseconds. */
let offsetMs = 0;

beforeEach(async () => {
  offsetMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + offsetMs };
  server = await startServer({ overrides: { clock } });
});

afterEach(() => server.close());

async function pair() {
  const [anns, bobs] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
  const { id: roomId } = await createRoom(server.graphqlUrl, anns);
  const ann = new Participant(server.socketUrl, anns);
  const bob = new Participant(server.socketUrl, bobs);
  await ann.join({ roomId, clientKey: 'ann' });
  await bob.join({ roomId, clientKey: 'bob' });
  return { roomId, ann, bob, bobs };
}

const CREATE = 'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { __typename } }';
const DELETE =
  'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }';

test('sends over one socket keep their order between slow and fast operations of all kinds', async () => {
  const { roomId, ann, bob } = await pair();
  const random = seededRandom(seedOfRun('order'));
  const between = [
    () => ann.call(CREATE, { input: {} }),
    () => ann.call('{ rooms { edges { node { id } } } }', {}),
    () => ann.call('{ me { sessions { id } } }', {}),
    () => ann.call(DELETE, { input: { password: 'a wrong one' } }),
  ];
  const others: Promise<unknown>[] = [];
  const sends: Promise<unknown>[] = [];
  for (let index = 0; index < SENDS; index += 1) {
    sends.push(ann.offer(roomId, bob.id, String(index)));
    const slow = between[Math.floor(random() * between.length * 4)];
    if (slow !== undefined) others.push(slow().catch(() => null));
  }
  await Promise.all([...sends, ...others]);
  await bob.next('OfferReceived', ({ sdp }) => sdp === String(SENDS - 1));
  const received = bob.events.flatMap((event) =>
    event.__typename === 'OfferReceived' ? [event.sdp] : [],
  );
  expect(received).toEqual(Array.from({ length: SENDS }, (_, index) => String(index)));
  await Promise.all([ann.dispose(), bob.dispose()]);
});

test('what was asked before a restart is answered before its socket is closed', async () => {
  const { ann, bob } = await pair();
  const asked = [ann, bob].map((participant) =>
    participant.call<{ deleteAccount: { __typename: string } }>(DELETE, {
      input: { password: 'a wrong one' },
    }),
  );
  // Checking a password takes its time; these answers say that the others were read.
  await Promise.all([ann, bob].map((participant) => participant.call('{ __typename }', {})));
  const stopped = server.stop();
  for (const answer of await Promise.all(asked)) {
    expect(answer.deleteAccount.__typename).toBe('BadCredentialsError');
  }
  expect(await ann.closed()).toBe(1012);
  expect(await bob.closed()).toBe(1012);
  await stopped;
});

test('a clock that jumps, forward or back, ends no stay and loses nothing', async () => {
  const { roomId, ann, bob, bobs } = await pair();
  for (const jump of [3_600_000, -7_200_000, 60_000]) {
    const { cursor } = bob.snapshot;
    const { id } = bob;
    await ann.offer(roomId, id, `before ${jump}`);
    await bob.next('OfferReceived', ({ sdp }) => sdp === `before ${jump}`);
    const last = bob.events.at(-1)?.cursor ?? cursor;
    bob.cut();
    await ann.next(
      'ParticipantUpdated',
      (event) => event.participant.connection === 'RECONNECTING' && event.cursor > last,
    );
    offsetMs += jump;
    await ann.offer(roomId, id, `after ${jump}`);
    const again = new Participant(server.socketUrl, bobs);
    const first = await again.join({ roomId, clientKey: 'bob', after: last });
    // Forward, the tail has aged by the jump, and that is said. Back, nothing is lost.
    expect(first).toMatchObject({ self: { id } });
    if (jump < 0) {
      expect(first).toMatchObject({ recovered: true });
      await again.next('OfferReceived', ({ sdp }) => sdp === `after ${jump}`);
    }
    again.cut();
    await again.closed();
    const next = await bob.join({ roomId, clientKey: 'bob' });
    expect(next).toMatchObject({ self: { id } });
  }
  expect(ann.events.some(({ __typename }) => __typename === 'ParticipantLeft')).toBe(false);
  await Promise.all([ann.dispose(), bob.dispose()]);
});

test('a stock client’s resume repeats only what was not proved to have arrived', async () => {
  const { roomId, ann, bob, bobs } = await pair();
  const sends = 290;
  for (let index = 0; index < sends; index += 1) {
    const { __typename } = await ann.offer(roomId, bob.id, String(index));
    expect(__typename).toBe('SendOfferSuccess');
    await bob.next('OfferReceived', ({ sdp }) => sdp === String(index));
  }
  bob.cut();
  const again = new Participant(server.socketUrl, bobs);
  const first = await again.join({ roomId, clientKey: 'bob' });
  expect(first).toMatchObject({ recovered: true, self: { id: bob.id } });
  await again.next('OfferReceived', ({ sdp }) => sdp === String(sends - 1));
  const repeated = again.events.filter(({ __typename }) => __typename === 'OfferReceived').length;
  process.stdout.write(`a resume without \`after\` repeated ${repeated} of ${sends}\n`);
  // Proved after every 64 events and the way there and back.
  expect(repeated).toBeLessThan(160);
  await Promise.all([ann.dispose(), again.dispose()]);
});
