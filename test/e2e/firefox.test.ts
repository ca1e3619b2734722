import type { Browser } from 'playwright-core';
import type { Browser as Firefox } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuiltPage, launchBrowser } from '../kit/browser.ts';
import { type AnyBrowser, Caller } from '../kit/caller.ts';
import { describeInFirefox, launchFirefox } from '../kit/firefox.ts';
import { LONG } from '../kit/long.ts';
import { buildSdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';
import { until } from '../kit/waiting.ts';

vi.setConfig({ testTimeout: 240_000 });

const GLARES = 50;
const TTL_SECONDS = 12;

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
    async function meet(
      url = server.url,
      options: Parameters<Caller['join']>[1] = {},
    ): Promise<[Caller, Caller]> {
      const ann = await Caller.open(browsers[first](), url, 'Ann');
      opened.push(ann);
      const bob = await Caller.open(browsers[second](), url, 'Bob');
      opened.push(bob);
      const roomId = await ann.createRoom();
      await ann.join(roomId, { statisticsIntervalMs: 500, ...options });
      await bob.join(roomId, { statisticsIntervalMs: 500, ...options });
      await Promise.all([ann.receives(), bob.receives()]);
      return [ann, bob];
    }

    it('can do all that a call can', async () => {
      const [ann, bob] = await meet();

      const codes = await Promise.all([
        ann.run((id) => window.tester.call.safetyCode(id), bob.id),
        bob.run((id) => window.tester.call.safetyCode(id), ann.id),
      ]);
      expect(codes[0]).toMatch(/^\d{5}( \d{5}){7}$/);
      expect(codes[1]).toBe(codes[0]);

      for (const one of [ann, bob]) await one.run(() => window.tester.listen());
      await ann.run((id) => window.tester.call.send('directly', { to: id }), bob.id);
      await bob.sees(() => window.tester.heard[0]?.data === 'directly', 'the message');
      const [sent, received] = await Promise.all([
        ann.run((id) => window.tester.sendFile(id, 1_000_000), bob.id),
        bob.run(() => window.tester.receiveFile()),
      ]);
      expect(received).toMatchObject(sent);

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

    it('goes on over a cut socket and a restart of the server', async () => {
      const overrides = { pagesFolder: built.folder };
      const before = await startServer({ overrides });
      const callers = await meet(before.url);
      for (const one of callers) {
        const states = await one.run(async () => {
          const { call, cut } = window.tester;
          const states: string[] = [];
          await new Promise<void>((resolve) => {
            call.on('state', (state) => {
              states.push(state);
              if (state === 'connected') resolve();
            });
            cut();
          });
          return states;
        });
        expect(states).toEqual(['reconnecting', 'connected']);
      }
      // The same stays, the same connections.
      const [ann, bob] = callers;
      expect([(await ann.other())?.id, (await bob.other())?.id]).toEqual([bob.id, ann.id]);
      await Promise.all(callers.map((one) => one.receives()));

      await before.stop();
      const { port } = new URL(before.url);
      const after = await startServer({
        overrides,
        dataDir: before.dataDir,
        env: { PORT: port },
      });
      try {
        for (const one of callers) {
          await one.sees(
            (known) => {
              const [other, ...more] = window.tester.call.snapshot.participants;
              const isNew = other !== undefined && !known.includes(other.id);
              return isNew && more.length === 0 && other.peerState === 'connected';
            },
            'the other, in a new stay',
            [ann.id, bob.id].join(),
          );
        }
        await Promise.all(callers.map((one) => one.receives()));
      } finally {
        await after.close();
      }
    });

    it(`keeps a relayed call over credentials that end after ${TTL_SECONDS} s`, async (context) => {
      // Which of two different browsers calls makes no difference to a renewal.
      if (!hasTurnServer() || (first === 'Chromium' && !LONG)) return context.skip();
      const turn = await TurnServer.start();
      const relaying = await startServer({
        overrides: { pagesFolder: built.folder },
        env: {
          TURN_URLS: turn.url,
          TURN_SECRET: turn.secret,
          TURN_TTL_SECONDS: String(TTL_SECONDS),
        },
      });
      try {
        const relayed = { rtcConfiguration: { iceTransportPolicy: 'relay' } } as const;
        const callers = await meet(relaying.url, relayed);
        const afterTwo = Date.now() + 2 * TTL_SECONDS * 1_000;
        // Media goes on until the relay has let each of them in with credentials of much later.
        const renewed = () => {
          const parts = turn.users().map((user) => user.split(':'));
          const late = parts.filter(([expiry]) => Number(expiry) * 1_000 > afterTwo);
          return new Set(late.map(([, account]) => account)).size;
        };
        while (renewed() < callers.length) {
          await Promise.all(callers.map((one) => one.receives(10)));
        }
        for (const one of callers) {
          await one.receives(20);
          expect((await one.other())?.peerState).toBe('connected');
          const users = await one.run(() => window.tester.turnUsers());
          expect(users).toHaveLength(1);
          for (const user of users) {
            expect(Number.parseInt(user, 10) * 1_000).toBeGreaterThan(Date.now());
          }
          expect(await one.faults()).toEqual([]);
        }
      } finally {
        await relaying.close();
        await turn.close();
      }
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
      for (let round = 0; round < (LONG ? 6 : 2); round += 1) {
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
