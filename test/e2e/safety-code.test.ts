import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { beDishonest } from '../kit/dishonest-server.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const DISHONEST = 100;
const HONEST = 10;

describeInBrowser('a safety code', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** Two in a call, and the code that each sees. */
  async function codes(dishonest: boolean): Promise<(string | null)[]> {
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const mallory = await SdkPage.open(browser, server.url, null);
    if (dishonest) await beDishonest(mallory.page, [ann, bob]);
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await bob.join(roomId);
    // Both see each other, also when everything goes through somebody else.
    for (const [one, other] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      const sees = async () => (await one.seen(other)).framesDecoded > 5;
      await until(sees, 'pictures of the other', 60_000);
    }
    if (dishonest) {
      const states = await mallory.page.evaluate(() => window.tester.middle.states());
      expect(states).toEqual(['connected', 'connected']);
    }
    const seen = await Promise.all([
      ann.page.evaluate((id) => window.tester.call.safetyCode(id), bob.id),
      bob.page.evaluate((id) => window.tester.call.safetyCode(id), ann.id),
    ]);
    const failures = await ann.page.evaluate(async () => {
      const { call, failure } = window.tester;
      const unknown = await failure(call.safetyCode('nobody'));
      call.leave();
      return [unknown, await failure(call.safetyCode('nobody'))];
    });
    expect(failures).toEqual(['PEER_NOT_IN_ROOM', 'ENDED']);
    await Promise.all([ann.close(), bob.close(), mallory.close()]);
    return seen;
  }

  it('is the same on both sides of a call', async () => {
    const [ann, bob] = await codes(false);
    expect(ann).toMatch(/^\d{5}( \d{5}){7}$/);
    expect(bob).toBe(ann);
  });

  it('shows a server that puts somebody in the middle', async () => {
    const [ann, bob] = await codes(true);
    expect(ann).toMatch(/^\d{5}( \d{5}){7}$/);
    expect(bob).toMatch(/^\d{5}( \d{5}){7}$/);
    expect(bob).not.toBe(ann);
  });

  it(`catches somebody in the middle ${DISHONEST} times of ${DISHONEST}, and accuses nobody`, async () => {
    const random = seededRandom(seedOfRun('the order of honest and dishonest calls'));
    const left = { honest: HONEST, dishonest: DISHONEST };
    const one = await SdkPage.open(browser, server.url, null);
    while (left.honest + left.dishonest > 0) {
      const kind =
        random() * (left.honest + left.dishonest) < left.honest
          ? ('honest' as const)
          : ('dishonest' as const);
      left[kind] -= 1;
      const [ann, bob] = await one.page.evaluate((given) => window.tester.shakeHands(given), kind);
      if (kind === 'honest') expect(bob).toBe(ann);
      else expect(bob).not.toBe(ann);
    }
    await one.close();
  });
});
