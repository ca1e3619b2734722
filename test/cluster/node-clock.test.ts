import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isReady } from '../kit/cluster.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { pace } from '../kit/waiting.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const library = findFakeTime();
/** With this lifetime of rooms, a node tidies them every three seconds. */
const ROOM_TTL_SECONDS = '60';
const TWO_ROUNDS_MS = 7000;
const HOUR_S = 3600;

const IN_ROOM = `query ($id: ID!) {
  room(id: $id) { participants { user { name } connection } }
}`;

describe.skipIf(library === null)('the clock of a node is set while it runs', () => {
  describeCluster('three nodes', () => {
    const time = new FakeTime(library ?? '');
    let scene: Scenery;

    beforeAll(async () => {
      scene = await setScene({
        env: { ROOM_TTL_SECONDS },
        envOf: async (node) => (node === 1 ? time.env : {}),
      });
    }, 180_000);
    afterAll(async () => {
      await scene?.close();
      time.dispose();
    });

    test('by an hour and by a day, forward and back: who is in stays, and no room ends', async () => {
      const [one, wrong, three] = [0, 1, 2].map((place) => scene.cluster.node(place));
      if (!one || !wrong || !three) throw new Error('A node is missing.');
      const host = await register(one.graphqlUrl, 'Ann');
      const { id: roomId } = await createRoom(one.graphqlUrl, host);
      const ann = new Participant(one.socketUrl, host);
      const bob = new Participant(wrong.socketUrl, await register(wrong.graphqlUrl, 'Bob'));
      await ann.join({ roomId });
      await bob.join({ roomId });
      for (const seconds of [HOUR_S, 24 * HOUR_S, -24 * HOUR_S, -HOUR_S]) {
        time.set(seconds);
        const { id: unused } = await createRoom(one.graphqlUrl, host);
        const [there, here] = [`there ${seconds}`, `here ${seconds}`];
        expect((await bob.offer(roomId, ann.id, there)).__typename).toBe('SendOfferSuccess');
        expect((await ann.offer(roomId, bob.id, here)).__typename).toBe('SendOfferSuccess');
        await ann.next('OfferReceived', ({ sdp }) => sdp === there);
        await bob.next('OfferReceived', ({ sdp }) => sdp === here);
        await pace(TWO_ROUNDS_MS);
        for (const id of [roomId, unused]) {
          const { data } = await post<{ room: object | null }, object>(
            three.graphqlUrl,
            IN_ROOM,
            { id },
            host.headers,
          );
          const shown = (name: string) => ({ user: { name }, connection: 'CONNECTED' });
          const participants = id === roomId ? [shown('Ann'), shown('Bob')] : [];
          expect(data?.room, `${seconds} s`).toEqual({ participants });
        }
        expect(await isReady(wrong)).toBe(true);
      }
      time.set(0);
      const cem = new Participant(wrong.socketUrl, await register(wrong.graphqlUrl, 'Cem'));
      await cem.join({ roomId });
      await ann.next('ParticipantJoined', ({ participant }) => participant.id === cem.id);
      expect([ann, bob, cem].map(({ outcome }) => outcome)).toEqual(['open', 'open', 'open']);
      expect([ann, bob].flatMap(({ closes }) => closes)).toEqual([]);
      await Promise.all([ann, bob, cem].map((participant) => participant.dispose()));
    });
  });
});
