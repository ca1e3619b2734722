import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type BuiltPage,
  buildCallPage,
  describeInBrowser,
  findChromium,
  launchBrowser,
} from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { startServer } from '../kit/server.ts';
import { canSplitNetwork, SplitNetwork } from '../kit/split-network.ts';
import { pace } from '../kit/waiting.ts';

const RECOVERY_MS = 30_000;

describeInBrowser('a call that loses its server or its network', () => {
  let built: BuiltPage;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildCallPage();
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });

  it('comes back by itself after the server restarts under it', async () => {
    const overrides = { pagesFolder: built.folder };
    const first = await startServer({ overrides });
    const ada = await Visitor.open(browser, 'Ada Lovelace');
    const grace = await Visitor.open(browser, 'Grace Hopper');
    const link = await ada.host(first.url, 'Weekly catch-up');
    await ada.join();
    await grace.accept(link);
    await grace.join();
    await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
    const loads = await Promise.all([ada.loads(), grace.loads()]);

    await first.stop();
    await ada.page.getByTestId('reconnecting').waitFor();
    await grace.page.getByTestId('reconnecting').waitFor();
    // Switched off while nobody can be told: told as soon as somebody can.
    await grace.page.getByTestId('toggle-microphone').click();

    const { port } = new URL(first.url);
    const second = await startServer({ overrides, dataDir: first.dataDir, env: { PORT: port } });
    for (const one of [ada, grace]) {
      await one.page.getByTestId('reconnecting').waitFor({ state: 'hidden', timeout: RECOVERY_MS });
    }
    await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
    await ada.tile(grace.name).and(ada.page.locator('[data-audio="false"]')).waitFor();
    expect(await ada.page.getByTestId('tile').count()).toBe(1);
    expect(await grace.page.getByTestId('tile').count()).toBe(1);
    expect(await Promise.all([ada.loads(), grace.loads()])).toEqual(loads);

    await ada.close();
    await grace.close();
    await second.close();
  });

  it('comes back by itself after 10 s without any network', async (context) => {
    if (!(await canSplitNetwork())) {
      const how = 'run as root with iproute2 (Debian: apt-get install iproute2)';
      if (process.env.CI === 'true') throw new Error(`No network namespaces: ${how}.`);
      console.warn(`\n*** SKIPPED: the cut network: no network namespaces; ${how}. ***\n`);
      context.skip();
    }
    const network = await SplitNetwork.create(findChromium() ?? '');
    const server = await startServer({
      overrides: { pagesFolder: built.folder },
      env: { HOST: network.nearAddress },
    });
    // Cameras need a secure context, which a plain address is not.
    const args = [`--unsafely-treat-insecure-origin-as-secure=${new URL(server.url).origin}`];
    const near = await launchBrowser('granted', { args });
    const far = await launchBrowser('granted', { args, executablePath: network.command });
    try {
      const ada = await Visitor.open(near, 'Ada Lovelace');
      const grace = await Visitor.open(far, 'Grace Hopper');
      const link = await ada.host(server.url, 'Weekly catch-up');
      await ada.join();
      await grace.accept(link);
      await grace.join();
      await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
      const loads = await Promise.all([ada.loads(), grace.loads()]);
      const stay = await ada.tile(grace.name).getAttribute('data-participant');

      await network.cut();
      const cutAt = performance.now();
      await ada.tile(grace.name).and(ada.page.locator('[data-state="reconnecting"]')).waitFor();
      await pace(10_000 - (performance.now() - cutAt));
      await network.mend();

      await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
      await ada.tile(grace.name).and(ada.page.locator('[data-state="connected"]')).waitFor();
      await grace.page
        .getByTestId('reconnecting')
        .waitFor({ state: 'hidden', timeout: RECOVERY_MS });
      // The same stay, and the same page.
      expect(await ada.tile(grace.name).getAttribute('data-participant')).toBe(stay);
      expect(await Promise.all([ada.loads(), grace.loads()])).toEqual(loads);

      await ada.close();
      await grace.close();
    } finally {
      await near.close();
      await far.close();
      await server.close();
      await network.close();
    }
  });
});
