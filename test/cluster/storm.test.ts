import { afterAll, beforeAll, expect, test } from 'vitest';
import { SdkTalker } from '../faults/talkers.ts';
import { createRoom, register } from '../kit/people.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { until } from '../kit/waiting.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const ROOMS = 60;
const SEATS = 4;
/** Of a third of all, roughly: the balancer takes the nodes in turn. */
const AT_LEAST = (ROOMS * SEATS) / 4;
const BACK_MS = 60_000;

describeCluster('a reconnect storm', () => {
  let scene: Scenery;
  let talkers: SdkTalker[] = [];

  beforeAll(async () => {
    scene = await setScene({ env: { GRACE_SECONDS: '60', REPLAY_SECONDS: '60' } });
  });
  afterAll(async () => {
    await Promise.all(talkers.map((talker) => talker.leave()));
    await scene?.close();
  });

  test('everybody who was at a killed node is back at the others, in the same place', async () => {
    const { cluster } = scene;
    const random = seededRandom(seedOfRun('storm on a cluster'));
    const people = await Promise.all(
      Array.from({ length: SEATS }, (_, seat) => register(cluster.graphqlUrl, `Person ${seat}`)),
    );
    const [host] = people;
    if (host === undefined) throw new Error('There is nobody.');
    const rooms = await Promise.all(
      Array.from({ length: ROOMS }, () => createRoom(cluster.graphqlUrl, host)),
    );
    talkers = rooms.flatMap((_, room) =>
      people.map(
        (person, seat) => new SdkTalker(`${room}.${seat}`, person, cluster.socketUrl, random),
      ),
    );
    await Promise.all(
      talkers.map((talker, index) =>
        talker.join(rooms[Math.floor(index / SEATS)]?.id ?? '', BACK_MS),
      ),
    );
    const stays = new Map(talkers.map((talker) => [talker, talker.id]));
    const lost: SdkTalker[] = [];
    const times: number[] = [];
    let from = 0;
    for (const talker of talkers) {
      talker.link?.on('state', (state) => {
        if (state === 'reconnecting') lost.push(talker);
        else if (state === 'connected') times.push(performance.now() - from);
      });
    }
    from = performance.now();
    await cluster.node(0).kill('SIGKILL');
    await until(
      () => lost.length >= AT_LEAST && talkers.every(({ connected }) => connected),
      () => `all of ${lost.length} to be back`,
      BACK_MS,
    );
    times.sort((one, other) => one - other);
    const at = (share: number) => Math.round(times[Math.ceil(share * times.length) - 1] ?? 0);
    process.stdout.write(
      `storm: ${lost.length} lost, back after ${at(0.5)} ms (50 %), ${at(0.99)} ms (99 %), ${at(1)} ms (all)\n`,
    );
    for (const [talker, stay] of stays) expect(talker.id, talker.name).toBe(stay);
    const snapshots = lost.flatMap(({ events }) =>
      events.flatMap((event) => (event.__typename === 'RoomSnapshot' ? [event.recovered] : [])),
    );
    // The first of each is its join.
    expect(snapshots.filter((recovered) => recovered).length).toBeGreaterThanOrEqual(lost.length);
    for (const { events } of talkers) {
      expect(events.some(({ __typename }) => __typename === 'ParticipantLeft')).toBe(false);
    }
  });
});
