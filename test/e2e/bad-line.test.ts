import { expect, it } from 'vitest';
import { describeInBrowser, findChromium, launchBrowser } from '../kit/browser.ts';
import { LossyUdp } from '../kit/lossy-udp.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer } from '../kit/server.ts';
import { canSplitNetwork, SplitNetwork } from '../kit/split-network.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';

const LOSS = 0.03;
const DELAY_MS = 40;
const SEED = 20_261_123;

describeInBrowser('a call between two networks over a bad line', () => {
  it(`connects and goes on with ${LOSS * 100} % loss and ${DELAY_MS} ms each way to the relay`, async (context) => {
    if (!hasTurnServer()) return context.skip();
    if (!(await canSplitNetwork())) {
      const how = 'run as root with iproute2 (Debian: apt-get install iproute2)';
      if (process.env.CI === 'true') throw new Error(`No network namespaces: ${how}.`);
      console.warn(`\n*** SKIPPED: the bad line: no network namespaces; ${how}. ***\n`);
      return context.skip();
    }
    const cleanups: (() => unknown)[] = [];
    try {
      const built = await buildSdkPage();
      cleanups.push(() => built.remove());
      const turn = await TurnServer.start();
      cleanups.push(() => turn.close());
      const network = await SplitNetwork.create(findChromium() ?? '');
      cleanups.push(() => network.close());
      const line = await LossyUdp.start({
        host: network.nearAddress,
        toPort: Number(turn.url.split(':').at(-1)),
        loss: LOSS,
        delayMs: DELAY_MS,
        seed: SEED,
      });
      cleanups.push(() => line.close());
      const server = await startServer({
        overrides: { pagesFolder: built.folder },
        env: {
          HOST: network.nearAddress,
          TURN_URLS: `turn:${network.nearAddress}:${line.port}`,
          TURN_SECRET: turn.secret,
        },
      });
      cleanups.push(() => server.close());
      // Cameras need a secure context, which a plain address is not.
      const args = [`--unsafely-treat-insecure-origin-as-secure=${new URL(server.url).origin}`];
      const near = await launchBrowser('granted', { args });
      cleanups.push(() => near.close());
      const far = await launchBrowser('granted', { args, executablePath: network.command });
      cleanups.push(() => far.close());
      const relayed = {
        rtcConfiguration: { iceTransportPolicy: 'relay' },
        statisticsIntervalMs: 1_000,
      } as const;
      const ann = await SdkPage.open(near, server.url, 'Ann');
      const bob = await SdkPage.open(far, server.url, 'Bob');
      const roomId = await ann.createRoom();
      await ann.join(roomId, relayed);
      await bob.join(roomId, relayed);
      await Promise.all([ann.receives(bob, 100), bob.receives(ann, 100)]);

      for (const one of [ann, bob]) {
        const { statistics, state } = await one.page.evaluate(() => {
          const { call } = window.tester;
          const [other] = call.snapshot.participants;
          return { statistics: call.statistics(other?.id ?? ''), state: other?.peerState };
        });
        expect(state).toBe('connected');
        expect(statistics?.route).toBe('relayed');
        // There and back, each way over the line twice: to the relay, and from it.
        expect(statistics?.roundTripMs).toBeGreaterThanOrEqual(4 * DELAY_MS);
        expect(await one.faults()).toEqual([]);
      }
      expect(line.lost, `seed ${SEED}`).toBeGreaterThan(0);
      expect(line.passed).toBeGreaterThan(1_000);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
    }
  }, 300_000);
});
