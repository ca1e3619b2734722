import { afterAll, beforeAll, expect, test } from 'vitest';
import { isReady } from '../kit/cluster.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { until } from '../kit/waiting.ts';
import { WEBHOOK_SECRET, WebhookReceiver } from '../kit/webhook-receiver.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const SHUTDOWN_SECONDS = 2;
/** The rest of a stop: calls of MongoDB give up after ten seconds each. */
const STOPPED_WITHIN_MS = SHUTDOWN_SECONDS * 1000 + 40_000;

describeCluster('a node that is told to stop', () => {
  let scene: Scenery;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    scene = await setScene({
      env: {
        SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS),
        WEBHOOK_URLS: receiver.url,
        WEBHOOK_SECRET,
      },
    });
  }, 180_000);
  afterAll(async () => {
    scene?.redis.resume();
    scene?.mongod.thaw();
    await scene?.close();
    await receiver?.kill();
  });

  /** Somebody is in, and a receiver of webhooks hangs. */
  async function occupy(place: number): Promise<Participant> {
    const node = scene.cluster.node(place);
    receiver.answer = () => () => {};
    const host = await register(node.graphqlUrl, 'Ann');
    const { id: roomId } = await createRoom(node.graphqlUrl, host);
    const participant = new Participant(node.socketUrl, host);
    await participant.join({ roomId });
    return participant;
  }

  const cases = [
    ['Redis', () => scene.redis.pause(), () => scene.redis.resume()],
    ['MongoDB', () => scene.mongod.freeze(), () => scene.mongod.thaw()],
  ] as const;

  for (const [place, [name, freeze, thaw]] of cases.entries()) {
    test(`ends in time though ${name} stands still and a receiver of webhooks hangs`, async () => {
      const participant = await occupy(place);
      freeze();
      const began = performance.now();
      const { code, signal } = await scene.cluster.node(place).kill('SIGTERM');
      const tookMs = performance.now() - began;
      thaw();
      expect(signal).toBeNull();
      expect([0, 1]).toContain(code);
      expect(tookMs).toBeLessThan(STOPPED_WITHIN_MS);
      // The others go on.
      const other = scene.cluster.node(2);
      await until(() => isReady(other), 'another node to be ready', 60_000);
      await participant.dispose();
      await scene.cluster.start(place);
    });
  }
});
