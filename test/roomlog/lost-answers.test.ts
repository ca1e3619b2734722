import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { RoomActivity } from '../../src/domain/room/live-rooms.ts';
import { scripts } from '../../src/log/redis/scripts.ts';
import { FaultyNetwork } from '../kit/faulty-network.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { pace, until } from '../kit/waiting.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  offer,
  type Reader,
  ROOM,
  rules,
} from './kit.ts';
import { empty, type Node, settle, startNode } from './redis-kit.ts';

const binary = findRedis();
const GRACE_MS = 1500;
const options = { ...BOUNDS, replayEvents: 300, replayMs: 60_000, graceMs: GRACE_MS };
/** What is found out by time, not by an event: the grace, and a sweep after it. */
const GONE_MS = GRACE_MS + 10_000;
/** The tail is cut by the hundred. */
const PAST_THE_TAIL = 600;
const CUTS = 24;
const PEOPLE = 20;

describe.skipIf(binary === null)(
  'a node whose answers of Redis are lost',
  { timeout: 60_000 },
  () => {
    let server: RedisServer;
    let network: FaultyNetwork;
    /** Whoever looks on from a node with a good line. */
    let ann: Reader;
    let dan: Reader;
    let one: Node;
    let two: Node;

    const at = (node: Node): LogUnderTest => ({
      log: node.log,
      clock: new ManualClock(),
      settle: () => settle([node]),
      close: () => node.close(),
    });
    const join = (node: Node, name: string, given: Parameters<typeof enter>[2] = {}) =>
      enter(at(node), name, { rules: rules({ capacity: 100 }), ...given });
    /** As a client does that was told to ask again. */
    const again = async (...given: Parameters<typeof join>) => {
      await until(() => two.redis.isReady, 'the line');
      return join(...given);
    };
    const stateOf = async (name: string) =>
      (await one.log.participants(ROOM)).find(({ user }) => user.name === name)?.connection ??
      'gone';
    const shows = (name: string, state: string) =>
      until(async () => (await stateOf(name)) === state, `${name} to be ${state}`, GONE_MS);
    /** From now on Redis does what it is asked, and nobody hears of it; then the line is cut. */
    const losing = async (done: () => Promise<void>) => {
      for (const link of network.links) link.stallAfter(scripts.commit.digest);
      await done();
      for (const link of network.links) link.cut();
    };
    const sendPastTheTail = (to: string) =>
      Promise.all(
        Array.from({ length: PAST_THE_TAIL }, () =>
          one.log.send(ROOM, 'ann', to, offer('x'), null),
        ),
      );
    const told = (type: 'ParticipantJoined' | 'ParticipantLeft', name: string) =>
      ann.of(type).filter(({ participant }) => participant.user.name === name).length;

    beforeAll(async () => {
      server = await RedisServer.start(binary ?? '');
      network = await FaultyNetwork.start(server.url);
    });
    afterAll(async () => {
      await network.close();
      await server.dispose();
    });
    beforeEach(async () => {
      await empty(server.url);
      one = await startNode(server.url, options, systemClock);
      two = await startNode(`redis://127.0.0.1:${network.port}`, options, systemClock);
      ann = await join(one, 'ann');
      // So that the node hears of the room: only what it asks from now on goes unanswered.
      dan = await join(two, 'dan');
    });
    afterEach(() => Promise.all([one, two].map((node) => node.close())));

    test('of an entrance: asked again it is the same one', async () => {
      const given = { offer: { sdp: 'hello', fits: () => true } };
      const entering = join(two, 'bob', given);
      await losing(() => shows('bob', 'CONNECTED'));
      const bob = await entering.catch(() => again(two, 'bob', given));
      const people = await one.log.participants(ROOM);
      const shown = people.find(({ user }) => user.name === 'bob');
      expect(shown?.id).toBe(bob.id);
      await settle([one, two]);
      await one.log.send(ROOM, 'ann', bob.id, offer('x'), null);
      await settle([one, two]);
      expect(bob.offers()).toEqual(['x']);
      expect([bob.entered.offeredTo, ann.offers()]).toEqual([ann.id, ['hello']]);
      expect([told('ParticipantJoined', 'bob'), told('ParticipantLeft', 'bob')]).toEqual([1, 0]);
    });

    test('of a detachment: the grace runs all the same', async () => {
      const bob = await join(two, 'bob');
      const detached = two.log.detach(bob.entered.hold);
      await losing(() => shows('bob', 'RECONNECTING'));
      await detached;
      await shows('bob', 'gone');
      await settle([one]);
      expect(told('ParticipantLeft', 'bob')).toBe(1);
    });

    test('of a leaving: asked again it was this one', async () => {
      const bob = await join(two, 'bob');
      const released = two.log.release(bob.entered.hold, 'LEFT');
      await losing(() => shows('bob', 'gone'));
      expect(await released).toBe(true);
      await settle([one]);
      expect(told('ParticipantLeft', 'bob')).toBe(1);
    });

    test('of a resume that takes a stay over from another node: it is resumed, and ends by its deadline', async () => {
      const bob = await join(one, 'bob');
      const resuming = join(two, 'bob', { after: bob.entered.cursor });
      await losing(() => until(() => bob.outcome !== 'open', 'the stay to move'));
      const back = await resuming.catch(() => again(two, 'bob', { after: bob.entered.cursor }));
      expect([back.id, back.entered.recovered]).toEqual([bob.id, true]);
      await two.log.detach(back.entered.hold);
      await shows('bob', 'gone');
    });

    test('and does not come back: its stays end by their deadline', async () => {
      await join(two, 'bob');
      const entering = failure(() => join(two, 'cem'));
      await losing(async () => {
        await shows('cem', 'CONNECTED');
        await two.redis.close();
      });
      expect(await entering).toBeInstanceOf(UnavailableError);
      await Promise.all(['bob', 'cem'].map((name) => shows(name, 'gone')));
    });

    test('and hears of a room again past its tail: whoever is sent away ends by the deadline', async () => {
      const bob = await join(two, 'bob');
      for (const link of network.links) link.silence();
      const cem = await join(one, 'cem');
      await sendPastTheTail(cem.id);
      // To somebody who is there, for all that anybody knows.
      const toBob = await failure(() => one.log.send(ROOM, 'ann', bob.id, offer('y'), null));
      await sendPastTheTail(cem.id);
      for (const link of network.links) link.cut();
      await until(() => bob.outcome !== 'open', 'bob to be sent away', GONE_MS);
      expect(toBob).toBeNull();
      // As his socket does when it is told so.
      await two.log.detach(bob.entered.hold);
      await shows('bob', 'gone');
      await settle([one]);
      expect(told('ParticipantLeft', 'bob')).toBe(1);
      expect(cem.offers()).toHaveLength(2 * PAST_THE_TAIL);
    });

    test(`${CUTS} times, with ${PEOPLE} people who come, go, leave and resume: none is left as a ghost`, async () => {
      const random = seededRandom(seedOfRun('lost answers'));
      const webhooks: RoomActivity[] = [];
      for (const { log } of [one, two]) log.observe((activity) => webhooks.push(activity));
      /** How many things were done since the last cut. */
      let done = 0;
      const somebody = async (name: string) => {
        await pace(random() * 60);
        const stay = await join(two, name).catch(() => null);
        done += 1;
        if (stay === null) return;
        await pace(random() * 60);
        if (random() < 0.4) {
          const back = await join(two, name, { after: stay.entered.cursor }).catch(() => null);
          if (back !== null) await two.log.detach(back.entered.hold);
        } else if (random() < 0.5) {
          await two.log.release(stay.entered.hold, 'LEFT');
        }
        await two.log.detach(stay.entered.hold);
        done += 1;
      };
      for (let cut = 0; cut < CUTS; cut += 1) {
        done = 0;
        const people = Array.from({ length: PEOPLE }, (_, index) => somebody(`${cut}/${index}`));
        const first = random() * PEOPLE;
        await until(() => done > first, 'the first of them');
        await losing(() => pace(random() * 80));
        await Promise.all(people);
        await until(() => two.redis.isReady, 'the line');
      }
      let left: string[] = [];
      await until(
        async () => {
          left = (await one.log.participants(ROOM)).map(({ user }) => user.name);
          return left.length === 2;
        },
        () => `nobody to be left: ${left}`,
        GONE_MS,
      );
      await settle([one]);
      const comings = ann
        .of('ParticipantJoined')
        .map(({ participant }) => participant.id)
        .filter((id) => id !== dan.id);
      const goings = ann.of('ParticipantLeft').map(({ participant }) => participant.id);
      expect(goings.toSorted()).toEqual(comings.toSorted());
      expect(new Set(goings).size).toBe(goings.length);
      const noted = webhooks.flatMap((one) =>
        one.type === 'participant.left' ? [one.participant.id] : [],
      );
      expect(noted.toSorted()).toEqual(goings.toSorted());
      expect(goings.length).toBeGreaterThan((CUTS * PEOPLE) / 10);
    }, 120_000);
  },
);
