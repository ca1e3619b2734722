import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';

const TTL_SECONDS = 20;
const CALL_MS = 60_000;

describeInBrowser('a call through a TURN server alone', () => {
  let turn: TurnServer | null = null;
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    if (!hasTurnServer()) return;
    turn = await TurnServer.start();
    built = await buildSdkPage();
    server = await startServer({
      overrides: { pagesFolder: built.folder },
      env: {
        TURN_URLS: turn.url,
        TURN_SECRET: turn.secret,
        TURN_TTL_SECONDS: String(TTL_SECONDS),
      },
    });
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
    await turn?.close();
  });

  it(`lasts ${CALL_MS / 1_000} s with credentials that end after ${TTL_SECONDS} s`, async (context) => {
    if (turn === null) return context.skip();
    const relayed = {
      rtcConfiguration: { iceTransportPolicy: 'relay' },
      statisticsIntervalMs: 1_000,
    } as const;
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const roomId = await ann.createRoom();
    await ann.join(roomId, relayed);
    await bob.join(roomId, relayed);
    await Promise.all([ann.receives(bob), bob.receives(ann)]);
    const began = Date.now();
    const firstUsers = turn.users();
    expect(firstUsers.length).toBeGreaterThan(0);

    // Media never stops for long: each look waits for more of it.
    while (Date.now() - began < CALL_MS) {
      await Promise.all([ann.receives(bob, 20), bob.receives(ann, 20)]);
    }

    for (const one of [ann, bob]) {
      const { route, states, usernames } = await one.page.evaluate(() => {
        const { call } = window.tester;
        const { participants } = call.snapshot;
        return {
          route: participants.map(({ id }) => call.statistics(id)?.route),
          states: participants.map(({ peerState }) => peerState),
          usernames: window.tester.turnUsers(),
        };
      });
      expect(states).toEqual(['connected']);
      expect(route).toEqual(['relayed']);
      // What the connection has now is still good.
      expect(usernames).toHaveLength(1);
      for (const username of usernames) {
        expect(Number.parseInt(username, 10) * 1_000).toBeGreaterThan(Date.now());
      }
      expect(await one.faults()).toEqual([]);
    }
    // The relay has let newer credentials in, which those of the start would not have been any more.
    const expiries = turn.users().map((user) => Number.parseInt(user, 10) * 1_000);
    expect(Math.max(...expiries)).toBeGreaterThan(began + CALL_MS);
    expect(turn.users().length).toBeGreaterThanOrEqual(firstUsers.length + 4);

    await Promise.all([ann.close(), bob.close()]);
  }, 240_000);
});
