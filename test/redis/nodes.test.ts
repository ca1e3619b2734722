import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { NodeListener } from '../../src/redis/nodes.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { until } from '../kit/waiting.ts';
import { BOUNDS } from '../roomlog/kit.ts';
import { empty, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();

/** What a listener was asked to do. */
class Asked implements NodeListener {
  readonly beats: string[] = [];
  readonly dead: string[] = [];
  readonly #fails: boolean;

  constructor(fails: boolean) {
    this.#fails = fails;
  }

  forgotten(): Promise<void> {
    return this.#end();
  }

  beat(): Promise<void> {
    this.beats.push('beat');
    return this.#end();
  }

  died(nodeId: string): Promise<void> {
    this.dead.push(nodeId);
    return this.#end();
  }

  async #end(): Promise<void> {
    if (this.#fails) throw new Error('it cannot');
  }
}

describe.skipIf(binary === null)('nodes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());
  beforeEach(() => empty(server.url));

  test('what one listener cannot do keeps neither the others nor the node from going on', async () => {
    const dead = await startNode(server.url, BOUNDS, systemClock);
    const one = await startNode(server.url, BOUNDS, systemClock);
    const failing = new Asked(true);
    const working = new Asked(false);
    one.nodes.listen(failing);
    one.nodes.listen(working);
    await one.nodes.beat();
    expect([failing.beats.length, working.beats.length]).toEqual([1, 1]);
    const { nodeId } = dead.nodes;
    await dead.redis.close();
    const twice = () => failing.dead.length > 1 && working.dead.length > 1;
    await until(twice, 'both to be asked again', 30_000);
    expect(new Set([...failing.dead, ...working.dead])).toEqual(new Set([nodeId]));
    await one.close();
  }, 40_000);
});
