import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import type { Person } from '../kit/people.ts';
import { Phone, registerReachable, type SeenCall } from '../kit/phone.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const RING_SECONDS = 8;
/** What a time-out may be late by on a busy machine whose nodes have just lost one, in milliseconds. */
const MARGIN_MS = 15_000;
/** Callers at once, and how often each of them rings, for each way in which a ring ends. */
const LANES = 4;
const ROUNDS = 12;
/** What docs/reliability.md promises. */
const SILENT_MS = 1000;

describeCluster('ringing over three nodes', () => {
  let scene: Scenery;
  let ann: Person;
  let bob: Person;
  const phones: Phone[] = [];

  beforeAll(async () => {
    scene = await setScene({
      env: {
        ...{ RING_SECONDS: String(RING_SECONDS), GRACE_SECONDS: '30', RINGS_PER_PAIR: '1000' },
        ...{ RINGS_PER_USER: '1000', RINGS_PER_ADDRESS: '10000', TOLD_BURST: '10000' },
      },
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

  test('which calls were seen is told to all devices, wherever they are', async () => {
    const cem = await registerReachable(scene.cluster.graphqlUrl, 'Cem');
    const cems = await Promise.all([0, 1, 2].map((node) => phoneOf(cem, node, `at ${node}`)));
    const input = { until: '2026-01-31T12:00:00.000Z' };
    const { graphqlUrl } = scene.cluster.node(1);
    await mutate(graphqlUrl, 'markCallsSeen', input, 'seenUntil', cem.headers);
    for (const phone of cems) expect((await phone.next('CallsSeen')).until).toBe(input.until);
  });

  test('every other device is silent within a second of the decision, on whatever node it is', async () => {
    const silentMs: number[] = [];
    const lane = async (at: number) => {
      const { graphqlUrl } = scene.cluster;
      const [caller, callee] = [
        await registerReachable(graphqlUrl, `Caller ${at}`),
        await registerReachable(graphqlUrl, `Callee ${at}`),
      ];
      const calling = await phoneOf(caller, at % 3, 'calling');
      const rung = await Promise.all([0, 1, 2].map((node) => phoneOf(callee, node, `at ${node}`)));
      /** Rings, decides, and notes how long each of `devices` rang after the decision was asked for. */
      const decided = async (
        decide: (id: string) => Promise<unknown>,
        devices: readonly Phone[],
        type: string,
      ): Promise<SeenCall | undefined> => {
        const { call } = await calling.ring({ userIds: [callee.accountId] });
        const id = call?.id ?? '';
        await Promise.all(rung.map((phone) => phone.nextOf(id, 'CallRinging')));
        const from = performance.now();
        const heard = devices.map(async (phone) => {
          await phone.nextOf(id, type);
          silentMs.push(performance.now() - from);
        });
        await Promise.all([decide(id), ...heard]);
        return call;
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        const here = rung[(at + round) % 3];
        const others = rung.filter((phone) => phone !== here);
        await decided((id) => calling.cancel(id), rung, 'CallEnded');
        await decided(async (id) => here?.decline(id), others, 'CallEnded');
        const accept = async (id: string) => here?.accept(id, `round ${round}`);
        const call = await decided(accept, others, 'CallUpdated');
        const inside = new Participant(scene.cluster.node(round % 3).socketUrl, caller);
        await inside.join({ roomId: call?.room.id ?? '', clientKey: 'calling' });
        inside.unsubscribe();
        await Promise.all([calling, ...rung].map((one) => one.nextOf(call?.id ?? '', 'CallEnded')));
        await inside.dispose();
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, at) => lane(at)));
    const sorted = silentMs.sort((one, two) => one - two);
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
    process.stdout.write(
      `${sorted.length} other devices were silent after ${at(0.5).toFixed(0)} ms (median), ${at(0.99).toFixed(0)} ms (p99), ${at(1).toFixed(0)} ms at most\n`,
    );
    expect(sorted).toHaveLength(LANES * ROUNDS * 7);
    expect(at(0.99)).toBeLessThan(SILENT_MS);
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
