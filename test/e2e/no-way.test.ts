import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';
import { until } from '../kit/waiting.ts';

const RELAYED = {
  rtcConfiguration: { iceTransportPolicy: 'relay' },
  connectTimeoutMs: 2_000,
} as const;

describeInBrowser('two between whom there is no way', () => {
  let built: BuiltPage;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });

  /** What each of two is told of the other, in a call whose media may go through a relay alone. */
  async function told(env: Record<string, string>): Promise<(string | null | undefined)[]> {
    const server = await startServer({ overrides: { pagesFolder: built.folder }, env });
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    try {
      const roomId = await ann.createRoom();
      await ann.join(roomId, RELAYED);
      await bob.join(roomId, RELAYED);
      const failures: (string | null | undefined)[] = [];
      for (const one of [ann, bob]) {
        const view = () =>
          one.page.evaluate(() => {
            const [other] = window.tester.call.snapshot.participants;
            return other && { state: other.peerState, failure: other.peerFailure };
          });
        await until(async () => (await view())?.state === 'failed', 'the failure');
        failures.push((await view())?.failure);
        expect(await one.faults()).toEqual([]);
      }
      return failures;
    } finally {
      await Promise.all([ann.close(), bob.close()]);
      await server.close();
    }
  }

  it('are told that there is no relay', async () => {
    expect(await told({})).toEqual(['NO_RELAY', 'NO_RELAY']);
  });

  it('are told that nobody is there where the relay should be', async () => {
    const turn = { TURN_URLS: 'turn:127.0.0.1:9', TURN_SECRET: 'whatever it may be, it is long' };
    expect(await told(turn)).toEqual(['RELAY_UNREACHABLE', 'RELAY_UNREACHABLE']);
  });

  it('are told that the relay refuses the credentials', async (context) => {
    if (!hasTurnServer()) return context.skip();
    const turn = await TurnServer.start();
    try {
      const wrong = { TURN_URLS: turn.url, TURN_SECRET: `not ${turn.secret}` };
      expect(await told(wrong)).toEqual(['RELAY_REFUSED', 'RELAY_REFUSED']);
    } finally {
      await turn.close();
    }
  });
});
