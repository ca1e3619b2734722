import { afterAll, beforeAll, expect, test } from 'vitest';
import { isReady } from '../kit/cluster.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import { pace, until } from '../kit/waiting.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

/** What is promised for the participants of a node that died, in milliseconds. */
const SEEN_WITHIN_MS = 10_000;
const GRACE_SECONDS = 12;
/** What the grace may be longer by on a busy machine, in milliseconds. */
const MARGIN_MS = 15_000;

const SET_MEDIA = 'mutation ($input: SetMediaInput!) { setMedia(input: $input) { __typename } }';

describeCluster('a node that dies', () => {
  let scene: Scenery;

  beforeAll(async () => {
    scene = await setScene({ env: { GRACE_SECONDS: String(GRACE_SECONDS) } });
  });
  afterAll(() => scene?.close());

  const states = (watcher: Participant, id: string) =>
    watcher.events.flatMap((event) =>
      event.__typename === 'ParticipantUpdated' && event.participant.id === id
        ? [event.participant.connection]
        : [],
    );
  const departures = (watcher: Participant, id: string) =>
    watcher.events.flatMap((event) =>
      event.__typename === 'ParticipantLeft' && event.participant.id === id ? [event.reason] : [],
    );

  test('its participants are RECONNECTING within 10 s, resume elsewhere without loss, or leave once after the grace', async () => {
    const { cluster } = scene;
    const [anns, bobs, cems] = await Promise.all(
      ['Ann', 'Bob', 'Cem'].map((name) => register(cluster.graphqlUrl, name)),
    );
    if (!anns || !bobs || !cems) throw new Error('Somebody is missing.');
    const { id: roomId } = await createRoom(cluster.graphqlUrl, anns);
    const at = (node: ServerProcess) => node.socketUrl;
    const ann = new Participant(at(cluster.node(1)), anns);
    const bob = new Participant(at(cluster.node(0)), bobs);
    const cem = new Participant(at(cluster.node(0)), cems);
    await ann.join({ roomId, clientKey: 'ann' });
    await bob.join({ roomId, clientKey: 'bob' });
    await cem.join({ roomId, clientKey: 'cem' });
    await ann.offer(roomId, bob.id, 'before');
    const { cursor } = await bob.next('OfferReceived');

    const from = performance.now();
    await cluster.node(0).kill('SIGKILL');
    await until(
      () => [bob.id, cem.id].every((id) => states(ann, id).includes('RECONNECTING')),
      'the loss to be seen',
      SEEN_WITHIN_MS,
    );
    const seenMs = performance.now() - from;
    // They are spoken to all the same.
    expect((await ann.offer(roomId, bob.id, 'meanwhile')).__typename).toBe('SendOfferSuccess');
    const back = new Participant(at(cluster.node(2)), bobs);
    const first = await back.join({ roomId, clientKey: 'bob', after: cursor });
    expect(first).toMatchObject({ recovered: true, self: { id: bob.id } });
    await back.next('OfferReceived', ({ sdp }) => sdp === 'meanwhile');
    expect(back.events.filter((event) => event.__typename === 'OfferReceived')).toHaveLength(1);
    await until(
      () => departures(ann, cem.id).length > 0,
      'the end of the grace',
      GRACE_SECONDS * 1000 + MARGIN_MS,
    );
    process.stdout.write(
      `seen after ${Math.round(seenMs)} ms, gone after ${Math.round(performance.now() - from)} ms\n`,
    );
    // Started again, the node knows nothing of those that it held, and takes nobody from where they are now.
    await cluster.start(0);
    await ann.offer(roomId, back.id, 'after');
    await back.next('OfferReceived', ({ sdp }) => sdp === 'after');
    expect(departures(ann, cem.id)).toEqual(['DISCONNECTED']);
    expect(departures(ann, bob.id)).toEqual([]);
    expect(states(ann, bob.id).at(-1)).toBe('CONNECTED');
    const visitor = new Participant(at(cluster.node(0)), cems);
    await visitor.join({ roomId });
    expect(visitor.snapshot.participants.map(({ id }) => id).sort()).toEqual(
      [ann.id, back.id].sort(),
    );
    await Promise.all([ann, back, visitor].map((participant) => participant.dispose()));
  });

  test('it only stood still for 9 s: what it still has to do undoes no newer mute and ends no newer stay', async () => {
    const { cluster } = scene;
    const [frozen, other, third] = [0, 1, 2].map((place) => cluster.node(place));
    if (!frozen || !other || !third) throw new Error('A node is missing.');
    const [anns, bobs, cems] = await Promise.all(
      ['Ann', 'Bob', 'Cem'].map((name) => register(other.graphqlUrl, name)),
    );
    if (!anns || !bobs || !cems) throw new Error('Somebody is missing.');
    const { id: roomId } = await createRoom(other.graphqlUrl, anns);
    const watcher = new Participant(other.socketUrl, anns);
    const [bob, cem] = [bobs, cems].map((one) => new Participant(frozen.socketUrl, one));
    const [bobBack, cemBack] = [bobs, cems].map((one) => new Participant(third.socketUrl, one));
    if (!bob || !cem || !bobBack || !cemBack) throw new Error('Somebody is missing.');
    await watcher.join({ roomId, clientKey: 'ann' });
    await bob.join({ roomId, clientKey: 'bob' });
    await cem.join({ roomId, clientKey: 'cem' });

    const from = performance.now();
    frozen.freeze();
    // Both are said, and wait in front of the node: bob is to be heard, cem leaves.
    const late = bob.call(SET_MEDIA, { input: { roomId, audio: true } }).catch(() => null);
    cem.unsubscribe();
    await until(
      () => [bob.id, cem.id].every((id) => states(watcher, id).includes('RECONNECTING')),
      'the loss to be seen',
      SEEN_WITHIN_MS,
    );
    expect(await bobBack.join({ roomId, clientKey: 'bob' })).toMatchObject({
      self: { id: bob.id },
    });
    expect(await cemBack.join({ roomId, clientKey: 'cem' })).toMatchObject({
      self: { id: cem.id },
    });
    await bobBack.call(SET_MEDIA, { input: { roomId, audio: false } });
    await pace(Math.max(0, 9000 - (performance.now() - from)));
    frozen.thaw();
    await late;
    await until(() => isReady(frozen), 'the node to be back', SEEN_WITHIN_MS);
    // Through the node itself, after everything that it had to do.
    const visitor = new Participant(frozen.socketUrl, anns);
    await visitor.join({ roomId, clientKey: 'ann', takeOver: true });
    const shown = visitor.snapshot.participants;
    expect(shown.map(({ id }) => id).sort()).toEqual([bob.id, cem.id].sort());
    expect(shown.find(({ id }) => id === bob.id)?.media.audio).toBe(false);
    expect([bob, cem].flatMap(({ id }) => departures(watcher, id))).toEqual([]);
    expect([bobBack.outcome, cemBack.outcome]).toEqual(['open', 'open']);
    const all = [watcher, bob, cem, bobBack, cemBack, visitor];
    await Promise.all(all.map((participant) => participant.dispose()));
  });
});
