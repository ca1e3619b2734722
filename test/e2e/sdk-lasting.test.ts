import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

interface Tab {
  /** The states of the link, in order, and last why it ended. */
  readonly states: string[];
  raise(): Promise<void>;
  stop(): void;
}

declare global {
  interface Window {
    tab?: Tab;
  }
}

/** A page that is duplicated has the same storage as its original, and so the same key if it keeps one there. */
const KEY = 'kept in the storage of a tab';

describeInBrowser('what lasts in the SDK', () => {
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

  async function come(name: string, url = server.url): Promise<SdkPage> {
    const one = await SdkPage.open(browser, url, name);
    opened.push(one);
    return one;
  }

  /** Another tab of the same browser profile. */
  async function duplicate(one: SdkPage): Promise<SdkPage> {
    return SdkPage.open(browser, server.url, null, one.page.context());
  }

  /** Opens a link with the key, and counts the sockets that the page opens from now on. */
  async function follow(one: SdkPage, roomId: string): Promise<{ sockets: number }> {
    const count = { sockets: 0 };
    one.page.on('websocket', () => {
      count.sockets += 1;
    });
    await one.page.evaluate(
      ([id, clientKey]) => {
        const link = window.tester.openLink(id, clientKey);
        const states: string[] = [];
        link.on('state', (state) => states.push(state));
        link.on('end', ({ reason, error }) => states.push(error?.code ?? reason));
        window.tab = {
          states,
          raise: () => link.setMedia({ audio: true }),
          stop: () => link.leave(),
        };
      },
      [roomId, KEY] as const,
    );
    return count;
  }

  const reaches = (one: SdkPage, state: string) =>
    one.page.waitForFunction((wanted) => window.tab?.states.at(-1) === wanted, state);

  it('leaves the place to the later of two tabs with one client key, and never takes it back', async () => {
    const ann = await come('Ann');
    const roomId = await ann.createRoom();
    const first = await follow(ann, roomId);
    await reaches(ann, 'connected');
    const copy = await duplicate(ann);
    const second = await follow(copy, roomId);
    await reaches(ann, 'REPLACED');
    await reaches(copy, 'connected');
    for (let round = 0; round < 3; round += 1) {
      await copy.page.evaluate(async () => {
        window.tester.cut();
        await window.tab?.raise();
      });
    }
    expect(await copy.page.evaluate(() => window.tab?.states.at(-1))).toBe('connected');
    expect([first, second]).toEqual([{ sockets: 1 }, { sockets: 4 }]);
  });

  it('knocks from the later of two tabs with one client key alone', async () => {
    const [host, ann] = [await come('Host'), await come('Ann')];
    const roomId = await host.page.evaluate(
      async () => (await window.tester.client.createRoom({ access: 'KNOCK' })).id,
    );
    await host.joinWithout(roomId);
    const first = await follow(ann, roomId);
    await reaches(ann, 'waiting');
    const copy = await duplicate(ann);
    const second = await follow(copy, roomId);
    await reaches(ann, 'ALREADY_IN_ROOM');
    await reaches(copy, 'waiting');
    await host.page.waitForFunction(() => window.tester.call.snapshot.knocks.length === 1);
    await host.page.evaluate(async () => {
      const { call } = window.tester;
      await call.admit(call.snapshot.knocks[0]?.knockId ?? '');
    });
    await reaches(copy, 'connected');
    expect([first, second]).toEqual([{ sockets: 1 }, { sockets: 1 }]);
  });

  it('holds a hand up over a restart of the server, and one that was lowered meanwhile down', async () => {
    const overrides = { pagesFolder: built.folder };
    const before = await startServer({ overrides });
    const [ann, bob] = [await come('Ann', before.url), await come('Bob', before.url)];
    const cem = await come('Cem', before.url);
    const roomId = await ann.createRoom();
    for (const one of [ann, bob, cem]) await one.joinWithout(roomId);
    for (const one of [ann, bob]) {
      await one.page.evaluate(() => window.tester.call.raiseHand(true));
    }
    const hands = (one: SdkPage) =>
      one.page.evaluate(() =>
        window.tester.call.snapshot.participants
          .map(({ user, handRaised }) => `${user.name} ${handRaised}`)
          .sort(),
      );
    await expect.poll(() => hands(cem)).toEqual(['Ann true', 'Bob true']);

    await before.stop();
    await bob.page.waitForFunction(() => window.tester.call.snapshot.state === 'reconnecting');
    const lowered = bob.page.evaluate(() => window.tester.call.raiseHand(false));
    const { port } = new URL(before.url);
    const after = await startServer({ overrides, dataDir: before.dataDir, env: { PORT: port } });
    try {
      await lowered;
      await expect.poll(() => hands(cem)).toEqual(['Ann true', 'Bob false']);
      const own = await ann.page.evaluate(() => window.tester.call.snapshot.self.handRaised);
      expect(own).toBe(true);
    } finally {
      await after.close();
    }
  });
});
