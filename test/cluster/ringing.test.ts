import { afterAll, beforeAll, expect, test } from 'vitest';
import { Participant } from '../kit/participant.ts';
import type { Person } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const RING_SECONDS = 8;
/** What a time-out may be late by on a busy machine whose nodes have just lost one, in milliseconds. */
const MARGIN_MS = 15_000;

describeCluster('ringing over three nodes', () => {
  let scene: Scenery;
  let ann: Person;
  let bob: Person;
  const phones: Phone[] = [];

  beforeAll(async () => {
    scene = await setScene({
      env: { RING_SECONDS: String(RING_SECONDS), GRACE_SECONDS: '30', RINGS_PER_PAIR: '1000' },
    });
    const { graphqlUrl } = scene.cluster;
    ann = await registerReachable(graphqlUrl, 'Ann');
    bob = await registerReachable(graphqlUrl, 'Bob');
  });
  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.dispose()));
    await scene?.close();
  });

  async function phoneOf(who: Person, node: number, clientKey: string): Promise<Phone> {
    const phone = new Phone(scene.cluster.node(node).socketUrl, who);
    phones.push(phone);
    await phone.attend({ clientKey });
    return phone;
  }

  test('one decision for all devices, wherever they are, and the others are silent at once', async () => {
    const anns = await phoneOf(ann, 0, 'a');
    const [one, two] = [await phoneOf(bob, 1, 'one'), await phoneOf(bob, 2, 'two')];
    const silentAfterMs: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { call } = await anns.ring({ userIds: [bob.accountId] });
      const id = call?.id ?? '';
      await Promise.all([one.nextOf(id, 'CallRinging'), two.nextOf(id, 'CallRinging')]);
      const from = performance.now();
      const answers = await Promise.all([one.accept(id, 'one'), two.accept(id, 'two')]);
      const names = answers.map(({ __typename }) => __typename).sort();
      expect(names).toEqual(['AcceptCallSuccess', 'AnsweredElsewhereError']);
      const isAnswered = (phone: Phone) =>
        phone.next(
          'CallUpdated',
          (event) => event.call?.id === id && event.call.state === 'ACTIVE',
        );
      await Promise.all([isAnswered(anns), isAnswered(one), isAnswered(two)]);
      silentAfterMs.push(performance.now() - from);
      expect((await two.decline(id)).__typename).toBe('AnsweredElsewhereError');
      const inside = new Participant(scene.cluster.node(round % 3).socketUrl, ann);
      await inside.join({ roomId: call?.room.id ?? '', clientKey: 'a' });
      inside.unsubscribe();
      const ends = [anns, one, two].map((phone) => phone.nextOf(id, 'CallEnded'));
      expect((await Promise.all(ends)).map(({ reason }) => reason)).toEqual(
        Array(3).fill('HUNG_UP'),
      );
      await inside.dispose();
    }
    process.stdout.write(
      `all devices knew after ${Math.max(...silentAfterMs).toFixed(0)} ms at most\n`,
    );
  });

  test('a ring whose node was killed still ends by itself, and devices go on at other nodes', async () => {
    const anns = await phoneOf(ann, 1, 'b');
    const bobs = await phoneOf(bob, 0, 'three');
    const { call } = await anns.ring({ userIds: [bob.accountId] });
    const id = call?.id ?? '';
    await bobs.nextOf(id, 'CallRinging');
    const from = performance.now();
    await scene.cluster.node(1).kill('SIGKILL');
    const back = new Phone(scene.cluster.node(2).socketUrl, ann);
    phones.push(back);
    await back.attend({ clientKey: 'b', after: anns.events.at(-1)?.cursor ?? '' });
    expect((await bobs.nextOf(id, 'CallEnded')).reason).toBe('MISSED');
    expect(performance.now() - from).toBeLessThan(RING_SECONDS * 1000 + MARGIN_MS);
    expect((await back.nextOf(id, 'CallEnded')).reason).toBe('MISSED');
    expect(bobs.typesOf(id)).toEqual(['CallRinging', 'CallEnded']);
    // Everybody is free again.
    const again = await bobs.ring({ userIds: [ann.accountId] });
    expect(again.call?.state).toBe('RINGING');
    await back.nextOf(again.call?.id ?? '', 'CallRinging');
  });
});
