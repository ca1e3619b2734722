import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { createRoom, register } from '../kit/people.ts';
import { buildPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const VIDEO_MS = 60_000;

describeInBrowser('a call in one component, in a strict React', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  const faults: string[] = [];

  beforeAll(async () => {
    built = await buildPage(fileURLToPath(new URL('./fixtures/react-elements', import.meta.url)));
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function open(search: string, roomId: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`${server.url}/?${search}#${roomId}`);
    return page;
  }

  it('joins, shows the other, and tells of its end', async () => {
    const ann = await register(server.graphqlUrl, 'Ann');
    const room = await createRoom(server.graphqlUrl, ann, { allowGuests: true });
    const one = await open(`token=${ann.token}`, room.id);
    await one.getByText('joined as Ann').waitFor({ timeout: VIDEO_MS });
    const other = await open('name=Bob', room.id);
    for (const page of [one, other]) {
      const video = page.getByTestId('tile').locator('video');
      await video.waitFor({ timeout: VIDEO_MS });
      const frames = () =>
        video.evaluate(
          (one) => (one as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames,
        );
      await expect.poll(frames, { timeout: VIDEO_MS }).toBeGreaterThan(10);
    }
    await other.getByTestId('leave').click();
    await other.getByText('left: LEFT').waitFor();
    await one.getByTestId('tile').waitFor({ state: 'detached', timeout: VIDEO_MS });
    expect(faults).toEqual([]);
  });
});
