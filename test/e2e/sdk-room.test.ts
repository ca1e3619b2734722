import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('what people do in a call beside being seen, by the SDK', () => {
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
    for (const one of pages) expect(await one.faults()).toEqual([]);
    await Promise.all(pages.map((one) => one.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function come(name: string): Promise<SdkPage> {
    const one = await SdkPage.open(browser, server.url, name);
    opened.push(one);
    return one;
  }

  it('raises hands, and says things to all and to one', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await bob.join(roomId);
    await bob.page.evaluate(() => window.tester.call.raiseHand(true));
    await ann.page.waitForFunction(
      () => window.tester.call.snapshot.participants[0]?.handRaised === true,
    );
    expect(await bob.page.evaluate(() => window.tester.call.snapshot.self.handRaised)).toBe(true);

    await ann.page.evaluate(() => window.tester.call.sendMessage('Hello, all'));
    await bob.page.evaluate((id) => window.tester.call.sendMessage('Hello, Ann', id), ann.id);
    const said = (one: SdkPage, count: number) =>
      one.page
        .waitForFunction((wanted) => {
          const { messages } = window.tester.call.snapshot;
          return messages.length === wanted ? messages : null;
        }, count)
        .then((handle) => handle.jsonValue());
    const all = [
      { text: 'Hello, all', private: false, user: { name: 'Ann' } },
      { text: 'Hello, Ann', private: true, user: { name: 'Bob' } },
    ];
    expect(await said(ann, 2)).toMatchObject(all);
    expect(await said(bob, 2)).toMatchObject(all);

    // Who comes later reads what was said to all.
    const cem = await come('Cem');
    await cem.join(roomId);
    expect(await said(cem, 1)).toMatchObject(all.slice(0, 1));
    const refused = await bob.page.evaluate(() =>
      window.tester.call.sendMessage('').then(
        () => null,
        (error) => error.code,
      ),
    );
    expect(refused).toBe('INVALID_INPUT');
  });

  it('lets the host admit, deny, ask to mute and remove, and nobody else', async () => {
    const [ann, bob, cem] = [await come('Ann'), await come('Bob'), await come('Cem')];
    const roomId = await ann.page.evaluate(
      async () => (await window.tester.client.createRoom({ access: 'KNOCK' })).id,
    );
    await ann.join(roomId);
    const knockOf = (name: string) =>
      ann.page
        .waitForFunction((wanted) => {
          const { knocks } = window.tester.call.snapshot;
          return knocks.find(({ user }) => user.name === wanted)?.knockId ?? null;
        }, name)
        .then((handle) => handle.jsonValue());

    const bobJoins = bob.join(roomId);
    const bobKnock = await knockOf('Bob');
    await ann.page.evaluate((id) => window.tester.call.admit(id ?? ''), bobKnock);
    await bobJoins;
    const cemJoins = cem.join(roomId);
    const outcome = expect(cemJoins).rejects.toThrow('did not let you in');
    const cemKnock = await knockOf('Cem');
    await ann.page.evaluate((id) => window.tester.call.deny(id ?? ''), cemKnock);
    await outcome;
    await ann.page.waitForFunction(() => window.tester.call.snapshot.knocks.length === 0);

    const asked = bob.page.evaluate(
      () =>
        new Promise((resolve) => window.tester.call.on('muteRequested', ({ by }) => resolve(by))),
    );
    // The listener is there before the request goes out.
    await bob.page.evaluate(() => null);
    await ann.page.evaluate((id) => window.tester.call.requestMute(id), bob.id);
    expect(await asked).toBe(ann.id);

    const refusal = await bob.page.evaluate(
      (id) =>
        window.tester.call.remove(id).then(
          () => null,
          (error) => error.code,
        ),
      ann.id,
    );
    expect(refusal).toBe('NOT_HOST');

    await ann.page.evaluate(() => window.tester.call.updateRoom({ name: 'Tea' }));
    await bob.page.waitForFunction(() => window.tester.call.snapshot.room.name === 'Tea');

    await ann.page.evaluate((id) => window.tester.call.remove(id, { ban: true }), bob.id);
    const end = await bob.page.waitForFunction(() => window.tester.call.snapshot.end);
    expect(await end.jsonValue()).toMatchObject({ reason: 'REMOVED' });
    await expect(bob.join(roomId)).rejects.toThrow('removed you');
  });

  it('rings somebody, who answers, and then both see and hear each other', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const bobsId = await bob.page.evaluate(async () => {
      const { client } = window.tester;
      await client.people.updateReachability({ allowCallsFrom: 'EVERYONE' });
      client.incoming.subscribe(() => {});
      return (await client.me())?.id ?? '';
    });
    await bob.page.waitForFunction(
      () => window.tester.client.incoming.snapshot.state === 'connected',
    );
    [ann.id, bob.id] = await Promise.all([
      ann.page.evaluate((id) => window.tester.ring(id), bobsId),
      bob.page.evaluate(() => window.tester.answer()),
    ]);
    await Promise.all([ann.receives(bob), bob.receives(ann)]);
    // Whoever hangs up ends it for both.
    const ended = bob.page.evaluate(
      () => new Promise((resolve) => window.tester.call.on('end', ({ reason }) => resolve(reason))),
    );
    await ann.page.evaluate(() => window.tester.call.leave());
    expect(await ended).toBe('ROOM_CLOSED');
  });
});
