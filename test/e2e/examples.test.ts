import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildExample } from '../kit/example-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

for (const example of ['apollo', 'urql']) {
  describeInBrowser(`the example with ${example}`, () => {
    let folder: string;
    let server: TestServer;
    let browser: Browser;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'peerql-example-'));
      await buildExample(example, folder);
      server = await startServer({ overrides: { pagesFolder: folder } });
      browser = await launchBrowser('granted');
    });

    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function signUp(name: string, address: string): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(address);
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Email').fill(`${name.toLowerCase()}@example.com`);
      await page.getByLabel('Password').fill('correct horse battery staple');
      await page.getByRole('button', { name: 'Go on' }).click();
      return page;
    }

    const faults: string[] = [];

    it('lets two people sign up, meet in a room, see and hear each other, and leave', async () => {
      const ann = await signUp('Ann', server.url);
      await ann.getByTestId('create-room').click();
      await ann.getByTestId('self').waitFor();
      const bob = await signUp('Bob', ann.url());
      await Promise.all([seesAndHears(ann, 'Bob'), seesAndHears(bob, 'Ann')]);
      await bob.getByTestId('leave').click();
      await ann.getByTestId('other').waitFor({ state: 'detached' });
      expect(faults).toEqual([]);
    });
  });
}

/** Waits until pictures and sound of the other play. */
async function seesAndHears(page: Page, name: string): Promise<void> {
  const tile = page.locator(`[data-testid="other"][data-name="${name}"][data-state="connected"]`);
  await tile.waitFor({ timeout: 60_000 });
  const plays = () =>
    tile.locator('video').evaluate((video) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error('No video.');
      const { srcObject, currentTime, videoWidth } = video;
      const tracks = srcObject instanceof MediaStream ? srcObject.getTracks() : [];
      const flowing = tracks.filter(({ muted, readyState }) => !muted && readyState === 'live');
      return currentTime > 0.5 && videoWidth > 0 && flowing.length === 2;
    });
  await until(plays, `picture and sound of ${name}`, 60_000);
}
