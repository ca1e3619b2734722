import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { buildServer } from '../kit/server-process.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

/** The longest that a picture may stand still on a busy machine: the media go from browser to browser, past every node. */
const STILL_MS = 15_000;
const RECOVERY_MS = 30_000;

describeCluster('a call between browsers on different nodes', () => {
  describeInBrowser('while the nodes are restarted', () => {
    let scene: Scenery;
    let browser: Browser;

    beforeAll(async () => {
      const main = await buildServer();
      await buildCallPage(join(dirname(main), 'page'));
      scene = await setScene({ main, env: { SHUTDOWN_SECONDS: '2' } });
      browser = await launchBrowser('granted');
    });
    afterAll(async () => {
      await browser?.close();
      await scene?.close();
    });

    /** New connections go to this node alone. */
    function sendTo(place: number): void {
      const { cluster } = scene;
      for (const [other, { url }] of cluster.nodes.entries()) {
        if (other === place) cluster.balancer.put(url);
        else cluster.balancer.takeOut(url);
      }
    }

    test('it goes on', async () => {
      const { cluster } = scene;
      const ada = await Visitor.open(browser, 'Ada Lovelace');
      const grace = await Visitor.open(browser, 'Grace Hopper');
      sendTo(0);
      const link = await ada.host(cluster.url, 'Weekly catch-up');
      await ada.join();
      sendTo(1);
      await grace.accept(link);
      await grace.join();
      await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
      for (const { url } of cluster.nodes) cluster.balancer.put(url);
      const loads = await Promise.all([ada.loads(), grace.loads()]);
      const stay = (of: Visitor, at: Visitor) => at.tile(of.name).getAttribute('data-participant');
      const stays = await Promise.all([stay(grace, ada), stay(ada, grace)]);
      const watches = [await watch(ada, grace), await watch(grace, ada)];

      for (const place of cluster.nodes.keys()) {
        expect(await cluster.restart(place)).toEqual({ code: 0, signal: null });
      }
      for (const { page } of [ada, grace]) {
        await page.getByTestId('reconnecting').waitFor({ state: 'hidden', timeout: RECOVERY_MS });
      }
      // What is said now arrives by other nodes than at first.
      await grace.page.getByTestId('toggle-microphone').click();
      await ada.tile(grace.name).and(ada.page.locator('[data-audio="false"]')).waitFor();
      const still = await Promise.all(watches.map((longestStillMs) => longestStillMs()));
      process.stdout.write(`longest still pictures: ${still.map(Math.round).join(', ')} ms\n`);
      expect(Math.max(...still)).toBeLessThan(STILL_MS);
      await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
      expect(await Promise.all([stay(grace, ada), stay(ada, grace)])).toEqual(stays);
      expect(await Promise.all([ada.loads(), grace.loads()])).toEqual(loads);
      await ada.close();
      await grace.close();
    });
  });
});

/** Watches somebody's picture from now on; the answer tells for how long it stood still at most, in milliseconds. */
async function watch(viewer: Visitor, seen: Visitor): Promise<() => Promise<number>> {
  const video = await viewer.tile(seen.name).locator('video').elementHandle();
  if (video === null) throw new Error(`${viewer.name} has no picture of ${seen.name}.`);
  const handle = await video.evaluateHandle((element) => {
    const watched = { longest: 0, last: performance.now() };
    const framed = () => {
      const now = performance.now();
      watched.longest = Math.max(watched.longest, now - watched.last);
      watched.last = now;
      (element as HTMLVideoElement).requestVideoFrameCallback(framed);
    };
    (element as HTMLVideoElement).requestVideoFrameCallback(framed);
    return watched;
  });
  return () => handle.evaluate(({ longest, last }) => Math.max(longest, performance.now() - last));
}
