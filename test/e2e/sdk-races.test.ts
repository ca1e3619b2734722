import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, fakeDevices, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

type Slot = 'audio' | 'video' | 'screen';
type Command = 'on' | 'off' | 'one' | 'two';

describeInBrowser('two commands to one device, the second before the first is done', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let ann: SdkPage;
  let roomId: string;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      args: [fakeDevices(3)],
    });
  });

  afterEach(async () => {
    expect(await ann.faults()).toEqual([]);
    await ann.close();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** Ann is in a room of her own, with nothing switched on. */
  async function enter(): Promise<void> {
    ann = await SdkPage.open(browser, server.url, 'Ann');
    roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
  }

  it.each([
    ['audio', ['on', 'off', 'one', 'two']],
    ['video', ['on', 'off', 'one', 'two']],
    ['screen', ['on', 'off']],
  ] as [Slot, Command[]][])(
    'does what was said last of %s, whichever the two are',
    async (slot, commands) => {
      await enter();
      const found = await ann.page.evaluate(
        async ([slot, commands]) => {
          const { call, captures, failure } = window.tester;
          // Devices have ids once one of each kind was opened.
          await Promise.all([call.setMicrophone(true), call.setCamera(true)]);
          await Promise.all([call.setMicrophone(false), call.setCamera(false)]);
          const devices = await navigator.mediaDevices.enumerateDevices();
          const kind = slot === 'audio' ? 'audioinput' : 'videoinput';
          const all = devices.filter((device) => device.kind === kind);
          const ids = { one: all.at(-1)?.deviceId ?? '', two: all.at(-2)?.deviceId ?? '' };
          const run = async (command: Command): Promise<void> => {
            if (slot === 'screen') {
              await (command === 'on' ? call.shareScreen() : call.stopScreen());
            } else if (command === 'on' || command === 'off') {
              const set = slot === 'audio' ? 'setMicrophone' : 'setCamera';
              await call[set](command === 'on');
            } else {
              const use = slot === 'audio' ? 'switchMicrophone' : 'switchCamera';
              await call[use](ids[command]);
            }
          };
          const used = () => {
            const [track] = call.snapshot.self.stream
              .getTracks()
              .filter(({ kind }) => kind === slot);
            const id = track?.getSettings().deviceId;
            return id === ids.one ? 'one' : id === ids.two ? 'two' : null;
          };
          const races = [];
          for (const first of commands) {
            for (const second of commands) {
              await run('off');
              captures.hold();
              const both = [failure(run(first)), failure(run(second))];
              await captures.release();
              races.push({
                said: [first, second],
                codes: await Promise.all(both),
                on: call.snapshot.self.media[slot],
                live: captures.live().filter((live) => live === slot).length,
                used: used(),
              });
            }
          }
          return races;
        },
        [slot, commands] as const,
      );
      expect(found).toHaveLength(commands.length ** 2);
      for (const { said, codes, on, live, used } of found) {
        const race = said.join(', ');
        expect(codes, race).toEqual([null, null]);
        // A microphone that is chosen stays muted; a camera that is chosen is switched on.
        const switches = said.filter((one) => slot === 'video' || one === 'on' || one === 'off');
        const wanted = switches.length > 0 && switches.at(-1) !== 'off';
        expect(on, race).toBe(wanted);
        expect(live, race).toBeLessThanOrEqual(1);
        if (slot !== 'audio') expect(live, race).toBe(wanted ? 1 : 0);
        const device = said.findLast((one) => one === 'one' || one === 'two');
        if (live > 0 && device !== undefined) expect(used, race).toBe(device);
      }
      await ann.page.evaluate(() => window.tester.call.leave());
      expect(await ann.page.evaluate(() => window.tester.captures.live())).toEqual([]);
    },
  );

  it('gives the devices of a page to one call, and tells of those that the page stops itself', async () => {
    await enter();
    const found = await ann.page.evaluate(async () => {
      const { client, captures, failure, newLocalMedia } = window.tester;
      const [one, two] = await Promise.all([client.createRoom(), client.createRoom()]);
      const localMedia = newLocalMedia();
      await localMedia.setCamera(true);
      const call = await client.joinRoom(one.id, { localMedia });
      const second = await failure(client.joinRoom(two.id, { localMedia }));
      localMedia.stop();
      const { media, stream } = call.snapshot.self;
      const after = await failure(call.setCamera(true));
      return {
        room: one.id,
        told: { second, after, media, tracks: stream.getTracks().length, live: captures.live() },
      };
    });
    expect(found.told).toEqual({
      second: 'INVALID_INPUT',
      after: 'ENDED',
      media: { audio: false, video: false, screen: false },
      tracks: 0,
      live: [],
    });
    await ann.page.waitForFunction(async (id) => {
      const room = await window.tester.client.room(id);
      return room?.participants[0]?.media.video === false;
    }, found.room);
  });

  it('says what a browser cannot give', async () => {
    await enter();
    const codes = await ann.page.evaluate(async () => {
      const { call, failure } = window.tester;
      Object.defineProperty(navigator.mediaDevices, 'getDisplayMedia', { value: undefined });
      const screen = await failure(call.shareScreen());
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
      const others = [call.shareScreen(), call.setCamera(true), call.switchMicrophone('any')];
      return [screen, ...(await Promise.all(others.map(failure)))];
    });
    expect(codes).toEqual(Array(4).fill('UNSUPPORTED'));
  });
});
