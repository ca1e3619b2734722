import type { Browser } from 'playwright-core';
import type { Browser as Firefox } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuiltPage, launchBrowser } from '../kit/browser.ts';
import { type AnyBrowser, Caller } from '../kit/caller.ts';
import { describeInFirefox, launchFirefox } from '../kit/firefox.ts';
import { buildSdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';

vi.setConfig({ testTimeout: 180_000 });

describeInFirefox('the offer that goes out with the join', () => {
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
    for (const one of callers) expect(await one.faults()).toEqual([]);
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

  async function open(name: string, browser: AnyBrowser, url = server.url): Promise<Caller> {
    const one = await Caller.open(browser, url, name);
    opened.push(one);
    return one;
  }

  /** How often the page has sent each kind of description, and how many connections it has made and has. */
  const made = (one: Caller) =>
    one.run(() => {
      const { sent, madeConnections, counts } = window.tester;
      const count = (wanted: string) => sent.filter(({ name }) => name === wanted).length;
      return {
        joinsWithOffer: sent.filter(({ withOffer }) => withOffer).length,
        joins: count('RoomEvents'),
        offers: count('SendOffer'),
        answers: count('SendAnswer'),
        made: madeConnections(),
        open: counts().connections,
      };
    });

  describe.each([
    ['Firefox', 'Chromium'],
    ['Chromium', 'Firefox'],
    ['Chromium', 'Chromium'],
    ['Firefox', 'Firefox'],
  ] as const)('%s, then %s', (first, second) => {
    it('is the only one, and its connection the only one of who joins', async () => {
      const ann = await open('Ann', browsers[first]());
      const bob = await open('Bob', browsers[second]());
      const roomId = await ann.createRoom();
      await ann.join(roomId);
      await bob.join(roomId);
      await Promise.all([ann.receives(), bob.receives()]);
      const joined = { joins: 1, joinsWithOffer: 1, offers: 0 };
      expect(await made(bob)).toEqual({ ...joined, answers: 0, made: 1, open: 1 });
      // Nobody was there for hers.
      expect(await made(ann)).toEqual({ ...joined, answers: 1, made: 2, open: 1 });
      const codes = await Promise.all([
        ann.run((id) => window.tester.call.safetyCode(id), bob.id),
        bob.run((id) => window.tester.call.safetyCode(id), ann.id),
      ]);
      expect(codes[1]).toBe(codes[0]);
      for (const one of [ann, bob]) await one.run(() => window.tester.listen());
      await bob.run((id) => window.tester.call.send('directly', { to: id }), ann.id);
      await ann.sees(() => window.tester.heard[0]?.data === 'directly', 'the message');

      // What comes later is negotiated on the same connection.
      await bob.run(() => window.tester.restartIce());
      await ann.sees(
        () => window.tester.sent.filter(({ name }) => name === 'SendAnswer').length === 2,
        'another answer',
      );
      await Promise.all([ann.receives(), bob.receives()]);
      expect(await made(bob)).toMatchObject({ offers: 1, made: 1 });
    });
  });

  it('goes to the first of two, and the other is offered another', async () => {
    const [ann, bob, cem] = [
      await open('Ann', browsers.Chromium()),
      await open('Bob', browsers.Firefox()),
      await open('Cem', browsers.Chromium()),
    ] as const;
    const roomId = await ann.createRoom();
    for (const one of [ann, bob, cem]) await one.join(roomId);
    for (const { id } of [ann, bob]) {
      await cem.sees(
        (wanted) =>
          window.tester.call.snapshot.participants.some(
            ({ id, peerState }) => id === wanted && peerState === 'connected',
          ),
        'the other',
        id,
      );
    }
    expect(await made(cem)).toMatchObject({ joinsWithOffer: 1, offers: 1, made: 2, open: 2 });
  });

  it('is not repeated when the stay is resumed', async () => {
    const ann = await open('Ann', browsers.Chromium());
    const bob = await open('Bob', browsers.Chromium());
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await bob.join(roomId);
    await bob.receives();
    await bob.run(() => window.tester.cut());
    await bob.sees(
      () => window.tester.sent.filter(({ name }) => name === 'RoomEvents').length === 2,
      'the resume',
    );
    await bob.sees(() => window.tester.call.snapshot.state === 'connected', 'the call again');
    await Promise.all([ann.receives(), bob.receives()]);
    expect(await made(bob)).toMatchObject({ joins: 2, joinsWithOffer: 1, made: 1 });
  });

  it('is dropped by who has to wait for the host, and the call begins all the same', async () => {
    const ann = await open('Ann', browsers.Chromium());
    const bob = await open('Bob', browsers.Chromium());
    const roomId = await ann.run(
      async () => (await window.tester.client.createRoom({ access: 'KNOCK' })).id,
    );
    await ann.join(roomId);
    const joins = bob.join(roomId);
    await ann.sees(() => window.tester.call.snapshot.knocks.length === 1, 'the knock');
    await ann.run(() => {
      const { call } = window.tester;
      return call.admit(call.snapshot.knocks[0]?.knockId ?? '');
    });
    await joins;
    await Promise.all([ann.receives(), bob.receives()]);
    expect(await made(bob)).toMatchObject({ joinsWithOffer: 1, offers: 1, made: 2, open: 1 });
  });

  it.for(['Chromium', 'Firefox'] as const)(
    'tells nobody an address of %s in a room that relays all media',
    async (name, context) => {
      if (!hasTurnServer()) return context.skip();
      const turn = await TurnServer.start();
      const relaying = await startServer({
        overrides: { pagesFolder: built.folder },
        env: { TURN_URLS: turn.url, TURN_SECRET: turn.secret },
      });
      try {
        const ann = await open('Ann', browsers.Chromium(), relaying.url);
        const bob = await open('Bob', browsers[name](), relaying.url);
        const roomId = await ann.run(
          async () => (await window.tester.client.createRoom({ relayOnly: true })).id,
        );
        await ann.join(roomId);
        await bob.join(roomId);
        await Promise.all([ann.receives(), bob.receives()]);
        expect(await made(bob)).toMatchObject({ joinsWithOffer: 1, offers: 0, made: 1 });
        for (const one of [ann, bob]) {
          const candidates = await one.run(() =>
            window.tester.sent.flatMap((sent) => sent.candidates).filter(Boolean),
          );
          expect(candidates.length).toBeGreaterThan(0);
          expect(candidates.filter((candidate) => !candidate.includes('typ relay'))).toEqual([]);
          await one.close();
        }
        opened = [];
      } finally {
        await relaying.close();
        await turn.close();
      }
    },
  );
});
