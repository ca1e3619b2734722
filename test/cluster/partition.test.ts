import { afterAll, beforeAll, expect, test } from 'vitest';
import { SdkTalker } from '../faults/talkers.ts';
import { isReady } from '../kit/cluster.ts';
import { FaultyNetwork } from '../kit/faulty-network.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { until } from '../kit/waiting.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const CLOSED_WITHIN_MS = 30_000;

describeCluster('a node that loses Redis, which the others reach', () => {
  let scene: Scenery;
  /** Between the first node and Redis. */
  let network: FaultyNetwork;
  let away = false;

  beforeAll(async () => {
    scene = await setScene({
      env: { GRACE_SECONDS: '60' },
      envOf: async (node, redis) => {
        if (node !== 0) return {};
        network = await FaultyNetwork.start(redis.url, (link) => {
          if (away) link.silence();
        });
        return { REDIS_URL: network.socketUrl.replace('ws:', 'redis:').replace('/graphql', '') };
      },
    });
  });
  afterAll(async () => {
    away = false;
    await scene?.close();
    await network?.close();
  });

  test('it is unready, tells nobody of success, closes its sockets with 1012, heals, and has harmed nobody', async () => {
    const { cluster } = scene;
    const [anns, bobs, cems] = await Promise.all(
      ['Ann', 'Bob', 'Cem'].map((name) => register(cluster.graphqlUrl, name)),
    );
    if (!anns || !bobs || !cems) throw new Error('Somebody is missing.');
    const { id: roomId } = await createRoom(cluster.graphqlUrl, anns);
    const ann = new Participant(cluster.node(1).socketUrl, anns);
    // Bob and Cem come by the node that will be cut off; Bob’s client looks for another way, Cem’s does not.
    const bob = new SdkTalker('bob', bobs, cluster.socketUrl, Math.random);
    const cem = new Participant(cluster.node(0).socketUrl, cems);
    await ann.join({ roomId, clientKey: 'ann' });
    for (const place of [1, 2]) cluster.balancer.takeOut(cluster.node(place).url);
    await bob.join(roomId);
    for (const place of [1, 2]) cluster.balancer.put(cluster.node(place).url);
    await cem.join({ roomId, clientKey: 'cem' });
    const bobsStay = bob.id;

    away = true;
    for (const link of network.links) link.silence();
    const told = bob.send(ann.id, 'from the cut-off node');
    const refusal = await cem
      .offer(roomId, ann.id, 'never')
      .then(({ __typename }) => __typename)
      .catch((error: Error) => error.message);
    // Either it says that it does not work, or the socket is gone before it can.
    expect(refusal).not.toBe('SendOfferSuccess');
    await until(async () => !(await isReady(cluster.node(0))), 'it to be unready');
    await until(() => cem.closes.length > 0, 'its sockets to close', CLOSED_WITHIN_MS);
    expect(cem.closes).toEqual([1012]);

    // Bob's client comes back by another node, in the same place, and its send goes out there.
    await told;
    await ann.next('OfferReceived', ({ sdp }) => sdp === 'from the cut-off node');
    expect(bob.id).toBe(bobsStay);
    expect(bob.end).toBeNull();

    away = false;
    for (const link of network.links) link.cut();
    await until(() => isReady(cluster.node(0)), 'it to heal', CLOSED_WITHIN_MS);
    // What it held before is not Bob's place any more: nothing that it does late may end his stay.
    await ann.offer(roomId, bobsStay, 'after it healed');
    await until(
      () =>
        bob.events.some(
          (event) => event.__typename === 'OfferReceived' && event.sdp === 'after it healed',
        ),
      'the offer to Bob',
    );
    const again = new Participant(cluster.node(0).socketUrl, cems);
    const first = await again.join({ roomId, clientKey: 'cem' });
    expect(first).toMatchObject({ self: { id: cem.id } });
    expect(ann.events.filter(({ __typename }) => __typename === 'ParticipantLeft')).toEqual([]);
    const offers = ann.events.filter(({ __typename }) => __typename === 'OfferReceived');
    expect(offers).toHaveLength(1);
    await Promise.all([ann.dispose(), again.dispose(), bob.leave()]);
  });
});
