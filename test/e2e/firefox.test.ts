import type { Browser } from 'playwright-core';
import type { Browser as Firefox } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuiltPage, launchBrowser } from '../kit/browser.ts';
import { type AnyBrowser, Caller } from '../kit/caller.ts';
import { describeInFirefox, launchFirefox } from '../kit/firefox.ts';
import { buildSdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

vi.setConfig({ testTimeout: 240_000 });

const GLARES = 50;

describeInFirefox('Firefox and Chromium in one call', () => {
  let built: BuiltPage;
  let server: TestServer;
  let chromium: Browser;
  let firefox: Firefox;
  let opened: Caller[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    [chromium, firefox] = await Promise.all([launchBrowser('granted'), launchFirefox()]);
  });

  afterEach(async () => {
    const callers = opened;
    opened = [];
    await Promise.all(callers.map((one) => one.close()));
  });

  afterAll(async () => {
    await chromium?.close();
    await firefox?.close();
    await server?.close();
    await built?.remove();
  });

  const browsers: Record<'Firefox' | 'Chromium', () => AnyBrowser> = {
    Firefox: () => ({ firefox }),
    Chromium: () => ({ chromium }),
  };

  describe.each([
    ['Firefox', 'Chromium'],
    ['Chromium', 'Firefox'],
    ['Firefox', 'Firefox'],
  ] as const)('%s, then %s', (first, second) => {
    /** Two in one room who see and hear each other. */
    async function meet(): Promise<[Caller, Caller]> {
      const ann = await Caller.open(browsers[first](), server.url, 'Ann');
      opened.push(ann);
      const bob = await Caller.open(browsers[second](), server.url, 'Bob');
      opened.push(bob);
      const roomId = await ann.createRoom();
      await ann.join(roomId, { statisticsIntervalMs: 500 });
      await bob.join(roomId, { statisticsIntervalMs: 500 });
      await Promise.all([ann.receives(), bob.receives()]);
      return [ann, bob];
    }

    it('can do all that a call can', async () => {
      const [ann, bob] = await meet();

      await ann.run(() => window.tester.call.setMicrophone(false));
      await bob.sees(
        () => window.tester.call.snapshot.participants[0]?.media.audio === false,
        'the mute',
      );
      await ann.run(() => window.tester.call.setMicrophone(true));

      await ann.run(() => window.tester.call.setCamera(false));
      await bob.sees(
        () => window.tester.call.snapshot.participants[0]?.media.video === false,
        'the camera off',
      );
      await ann.run(() => window.tester.call.setCamera(true));
      await Promise.all([ann.receives(), bob.receives()]);

      for (const [one, other] of [
        [ann, bob],
        [bob, ann],
      ] as const) {
        await one.run(() => window.tester.showCanvas());
        await other.sees(
          () => window.tester.call.snapshot.participants[0]?.screen !== null,
          'the screen',
        );
        await until(
          async () => (await other.run(() => window.tester.screenFrames())) > 5,
          'pictures of the screen',
        );
        await one.run(() => window.tester.call.stopScreen());
        await other.sees(
          () => window.tester.call.snapshot.participants[0]?.screen === null,
          'the end of the screen',
        );
      }

      await ann.run(() => window.tester.call.sendMessage('hello').then(() => {}));
      await bob.sees(
        () => window.tester.call.snapshot.messages[0]?.text === 'hello',
        'the message',
      );

      await bob.run(() => window.tester.call.raiseHand(true));
      await ann.sees(
        () => window.tester.call.snapshot.participants[0]?.handRaised === true,
        'the hand',
      );
      await bob.run(
        () =>
          window.tester.call.on('muteRequested', () => {
            void window.tester.call.setMicrophone(false);
          }) && undefined,
      );
      await ann.run((id) => window.tester.call.requestMute(id), bob.id);
      await ann.sees(
        () => window.tester.call.snapshot.participants[0]?.media.audio === false,
        'the mute that was asked for',
      );
      await ann.run((id) => window.tester.call.remove(id), bob.id);
      await bob.sees(() => window.tester.call.snapshot.end?.reason === 'REMOVED', 'the end');
      expect([...(await ann.faults()), ...(await bob.faults())]).toEqual([]);
    });

    it(`settles every time when both find new ways at once, ${GLARES} times`, async () => {
      const [ann, bob] = await meet();
      const agree = async () => {
        const [[one], [two]] = await Promise.all([
          ann.run(() => window.tester.negotiated()),
          bob.run(() => window.tester.negotiated()),
        ]);
        return (
          one !== undefined &&
          two !== undefined &&
          [one, two].every(
            ({ signaling, connection }) => signaling === 'stable' && connection === 'connected',
          ) &&
          one.local === two.remote &&
          two.local === one.remote
        );
      };
      for (let round = 0; round < GLARES; round += 1) {
        await Promise.all([ann, bob].map((one) => one.run(() => window.tester.restartIce())));
        await until(agree, `agreement after round ${round}`, 60_000);
      }
      await Promise.all([ann.receives(), bob.receives()]);
      expect([...(await ann.faults()), ...(await bob.faults())]).toEqual([]);
    });

    it.each([
      ['the first', 0],
      ['the second', 1],
    ])('keeps its roles when %s finds new ways, over and over', async (_name, index) => {
      const callers = await meet();
      const one = callers[index];
      for (let round = 0; round < 6; round += 1) {
        const before = (await one?.run(() => window.tester.negotiated()))?.[0]?.local;
        await one?.run(() => window.tester.restartIce());
        await until(async () => {
          const [now] = (await one?.run(() => window.tester.negotiated())) ?? [];
          return (
            now?.signaling === 'stable' && now.connection === 'connected' && now.local !== before
          );
        }, `new ways in round ${round}`);
      }
      await Promise.all(callers.map((caller) => caller.receives()));
      for (const caller of callers) expect(await caller.faults()).toEqual([]);
    });
  });
});
