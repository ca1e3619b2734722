import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

/** What is behind the pictures. */
const BACKGROUND = [0x16, 0x18, 0x1d];

describeInBrowser('a recording in the browser', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      args: ['--autoplay-policy=no-user-gesture-required'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  it('has the pictures of both and their sound, and plays', async () => {
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await bob.join(roomId);
    await Promise.all([ann.receives(bob), bob.receives(ann)]);
    // Only what comes from Bob is to be heard.
    await ann.page.evaluate(() => window.tester.call.setMicrophone(false));
    const recorded = await ann.page.evaluate(() => window.tester.record(4_000));
    expect(recorded).toMatchObject({ width: 640, height: 360 });
    expect(recorded.type).toContain('video/');
    expect(recorded.bytes).toBeGreaterThan(10_000);
    expect(recorded.seconds).toBeGreaterThan(2);
    for (const colour of recorded.colours) {
      const distance = colour.reduce((sum, one, index) => {
        return sum + Math.abs(one - (BACKGROUND[index] ?? 0));
      }, 0);
      expect(distance).toBeGreaterThan(60);
    }
    expect(recorded.loudest).toBeGreaterThan(0.01);

    const outcome = await ann.page.evaluate(async () => {
      const { call, failure } = window.tester;
      const refused = await failure(call.record({ width: 1 }));
      const parts: Blob[] = [];
      const goesOn = await call.record({ withSelf: false, onData: (part) => parts.push(part) });
      call.leave();
      const rest = await goesOn.stop();
      return { refused, rest: rest.size, late: await failure(call.record()) };
    });
    expect(outcome).toEqual({ refused: 'INVALID_INPUT', rest: 0, late: 'ENDED' });
    expect([...(await ann.faults()), ...(await bob.faults())]).toEqual([]);
    await Promise.all([ann.close(), bob.close()]);
  });
});
