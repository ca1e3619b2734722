import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { LONG } from '../kit/long.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { pace, until } from '../kit/waiting.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  offer,
  type Reader,
  ROOM,
} from '../roomlog/kit.ts';
import { type Node, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
const options = {
  ...BOUNDS,
  replayEvents: 20_000,
  replayBytes: 50_000_000,
  replayMs: 120_000,
  graceMs: 20_000,
};
const HASH = `peerql:{room/${ROOM}}`;
/** How long the slot goes back and forth, in milliseconds. */
const STORM_MS = LONG ? 120_000 : 30_000;
/** How long the slot is half at one master and half at the other, each time, in milliseconds. */
const HALF_MS = 100;

/** Somebody who sends all the time, and how much of it was acknowledged. */
interface Sender {
  readonly from: string;
  readonly to: Reader;
  readonly node: Node;
  sent: number;
}

describe.skipIf(binary === null)(
  'the slot of a busy room goes back and forth between masters',
  () => {
    let servers: RedisClusterServers;
    let one: Node;
    let two: Node;
    beforeAll(async () => {
      servers = await RedisClusterServers.start(binary ?? '');
      one = await startNode(servers.urls, options, systemClock);
      two = await startNode(servers.urls, options, systemClock);
    });
    afterAll(async () => {
      await Promise.all([one, two].map((node) => node?.close()));
      await servers?.dispose();
    });
    const at = ({ log }: { log: LiveRooms }): LogUnderTest => ({
      log,
      clock: new ManualClock(),
      settle: async () => {},
      close: async () => {},
    });

    test(
      'nothing acknowledged is lost, doubled or out of order, and people can join',
      async () => {
        const [ann, bob] = [await enter(at(one), 'ann'), await enter(at(two), 'bob')];
        let storming = true;
        let refused = 0;
        let joins = 0;
        /** Sends one after the other; the same is tried again until it is acknowledged. */
        const talk = async (sender: Sender) => {
          while (storming) {
            const text = `${sender.from} ${sender.sent + 1}`;
            const send = () =>
              sender.node.log.send(ROOM, sender.from, sender.to.id, offer(text), text);
            while ((await failure(send)) !== null) {
              refused += 1;
              await pace(10);
            }
            sender.sent += 1;
          }
        };
        /** Comes and goes. */
        const visit = async (node: Node, name: string) => {
          while (storming) {
            const visitor = await enter(at(node), name, { clientKey: null }).catch(() => null);
            if (visitor === null) refused += 1;
            else {
              joins += 1;
              await node.log.release(visitor.entered.hold, 'LEFT');
            }
            await pace(20);
          }
        };
        const senders: Sender[] = [
          { from: 'ann', to: bob, node: one, sent: 0 },
          { from: 'bob', to: ann, node: two, sent: 0 },
        ];
        const work = [...senders.map(talk), visit(one, 'cem'), visit(two, 'dee')];
        const end = performance.now() + STORM_MS;
        let home = await servers.placeOf(HASH);
        let moves = 0;
        while (performance.now() < end) {
          const next = (home + 1 + (moves % 2)) % 3;
          await servers.moveSlotOf(HASH, home, next, () => pace(HALF_MS));
          home = next;
          moves += 1;
        }
        storming = false;
        await Promise.all(work);
        for (const { from, to, sent } of senders) {
          const wanted = Array.from({ length: sent }, (_, index) => `${from} ${index + 1}`);
          await until(
            () => to.offers().length >= sent,
            () => `${sent} of ${from}, not ${to.offers().length}`,
          );
          expect(to.offers()).toEqual(wanted);
        }
        expect([ann.outcome, bob.outcome]).toEqual(['open', 'open']);
        const from = performance.now();
        const last = await enter(at(one), 'eli');
        expect(performance.now() - from).toBeLessThan(2000);
        await until(
          () => bob.of('ParticipantJoined').some(({ participant }) => participant.id === last.id),
          'the last to be seen',
        );
        const people = await two.log.participants(ROOM);
        expect(people.map(({ user }) => user.name).sort()).toEqual(['ann', 'bob', 'eli']);
        const total = senders.reduce((sum, { sent }) => sum + sent, 0);
        process.stdout.write(
          `slot storm: ${moves} moves, ${total} signals, ${joins} joins, ${refused} to try again\n`,
        );
        expect(moves).toBeGreaterThan(10);
        expect(total).toBeGreaterThan(100);
        expect(joins).toBeGreaterThan(10);
      },
      STORM_MS + 60_000,
    );
  },
);
