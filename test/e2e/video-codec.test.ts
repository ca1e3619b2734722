import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('the codec of a call', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let opened: SdkPage[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterEach(async () => {
    const pages = opened;
    opened = [];
    await Promise.all(pages.map((one) => one.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** A device that encodes these in hardware. No machine of this test has such an encoder: the browser says that it has. */
  async function device(...efficient: string[]): Promise<SdkPage> {
    const one = await SdkPage.open(browser, server.url, 'Ann');
    opened.push(one);
    await one.page.evaluate((types) => {
      navigator.mediaCapabilities.encodingInfo = async ({ video }) => ({
        supported: true,
        smooth: true,
        powerEfficient: types.includes(video?.contentType ?? ''),
      });
    }, efficient);
    return one;
  }

  const phone = () => device('video/H264');
  const computer = () => device();

  it.each([
    ['a phone, then a computer', phone, computer, 'video/H264'],
    ['a computer, then a phone', computer, phone, 'video/H264'],
    ['two computers', computer, computer, 'video/VP8'],
    [
      'one that has both in hardware',
      () => device('video/H264', 'video/VP8'),
      computer,
      'video/VP8',
    ],
  ])('is what costs least: %s', async (_name, first, second, codec) => {
    const one = await first();
    const other = await second();
    const roomId = await one.createRoom();
    await one.join(roomId);
    await other.join(roomId);
    await Promise.all([one.receives(other), other.receives(one)]);
    for (const page of [one, other]) {
      const used = await page.page.evaluate(() => window.tester.codecs());
      expect(used).toEqual({ sent: [codec], received: [codec] });
      expect(await page.faults()).toEqual([]);
    }
  });
});
