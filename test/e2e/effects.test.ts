import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, fakeDevices, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

describeInBrowser('an effect on the camera', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      args: [fakeDevices(2), '--autoplay-policy=no-user-gesture-required'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** Waits for a new picture of `other`, as `viewer` sees it, whose middle is painted in magenta, or is not. */
  async function sees(viewer: SdkPage, other: SdkPage, painted: boolean): Promise<void> {
    const { framesDecoded: before } = await viewer.seen(other);
    let last: readonly number[] | null = null;
    const is = async () => {
      const { framesDecoded } = await viewer.seen(other);
      if (framesDecoded <= before) return false;
      last = await viewer.page.evaluate((id) => window.tester.colourOf(id), other.id);
      const [red = 0, green = 0, blue = 0] = last ?? [];
      return last !== null && (red > 180 && green < 90 && blue > 180) === painted;
    };
    await until(is, () => `${painted ? '' : 'no '}paint; there was ${last}`, 60_000);
  }

  const media = (one: SdkPage) =>
    one.page.evaluate(() => {
      const { self } = window.tester.call.snapshot;
      return {
        on: self.media.video,
        effect: self.videoEffect?.name ?? null,
        cameras: window.tester.captures.live().filter((kind) => kind === 'video').length,
      };
    });

  it('is what the others see, from the join on, on every camera, until it is taken away', async () => {
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const roomId = await ann.createRoom();
    await bob.joinWithout(roomId);
    // Chosen in the lobby.
    ann.id = await ann.page.evaluate(async (id) => {
      const localMedia = window.tester.newLocalMedia();
      await localMedia.setVideoEffect(window.tester.effects.paint('magenta'));
      await localMedia.setCamera(true);
      return await window.tester.join(id, { withDevices: false, localMedia });
    }, roomId);
    await sees(bob, ann, true);
    expect(await media(ann)).toEqual({ on: true, effect: 'magenta', cameras: 1 });

    const switched = await ann.page.evaluate(async () => {
      const { call } = window.tester;
      const all = await navigator.mediaDevices.enumerateDevices();
      const before = call.deviceIds.camera;
      const other = all.find((one) => one.kind === 'videoinput' && one.deviceId !== before);
      await call.switchCamera(other?.deviceId ?? '');
      return { asked: other?.deviceId, now: call.deviceIds.camera, before };
    });
    expect(switched.now).toBe(switched.asked);
    await ann.page.evaluate(() => window.tester.call.setCamera(false));
    expect(await media(ann)).toEqual({ on: false, effect: 'magenta', cameras: 0 });
    await ann.page.evaluate(() => window.tester.call.setCamera(true));
    await sees(bob, ann, true);

    // What fails leaves everything as it was.
    const refused = await ann.page.evaluate(() => {
      const { call, effects, failure } = window.tester;
      return failure(call.setVideoEffect(effects.broken));
    });
    expect(refused).toBe('EFFECT_FAILED');
    expect(await media(ann)).toEqual({ on: true, effect: 'magenta', cameras: 1 });
    await sees(bob, ann, true);

    // Chromium's second fake camera has a format of which nothing can be sent without an effect.
    await ann.page.evaluate(async (before) => {
      const { call } = window.tester;
      await call.switchCamera(before ?? '');
      await call.setVideoEffect(null);
    }, switched.before);
    await sees(bob, ann, false);
    expect(await media(ann)).toEqual({ on: true, effect: null, cameras: 1 });

    // An effect that cannot go on ends with the camera, and nothing is sent without it.
    await ann.page.evaluate(async () => {
      const { call, effects } = window.tester;
      await call.setVideoEffect(effects.exhaustible(effects.paint('magenta')));
      window.dispatchEvent(new Event('paint-is-out'));
    });
    expect(await media(ann)).toMatchObject({ on: false, cameras: 0 });
    expect(await ann.faults()).toEqual([expect.stringContaining('Out of paint.')]);
    const sent = await ann.page.evaluate(async () => {
      const { call, effects, failure } = window.tester;
      await call.setVideoEffect(effects.broken);
      const code = await failure(call.setCamera(true));
      return { code, tracks: call.snapshot.self.stream.getVideoTracks().length };
    });
    expect(sent).toEqual({ code: 'EFFECT_FAILED', tracks: 0 });
    expect(await media(ann)).toEqual({ on: false, effect: 'broken', cameras: 0 });

    await ann.page.evaluate(() => window.tester.call.leave());
    // As an option of the join, with a stream that was opened without it. A join that fails leaves the stream as it was.
    const again = await ann.page.evaluate(async (id) => {
      const { effects, failure, client } = window.tester;
      const stream = await navigator.mediaDevices.getUserMedia({ video: true });
      const refused = await failure(client.joinRoom(id, { stream, videoEffect: effects.broken }));
      const giveUp = new AbortController();
      const slow = { name: 'slow', process: () => new Promise<never>(() => {}) };
      const { signal } = giveUp;
      const stopped = failure(client.joinRoom(id, { stream, videoEffect: slow, signal }));
      giveUp.abort();
      const codes = [refused, await stopped];
      const state = stream.getVideoTracks()[0]?.readyState;
      const stay = await window.tester.join(id, { stream, videoEffect: effects.paint('magenta') });
      return { codes, state, stay };
    }, roomId);
    expect(again).toMatchObject({ codes: ['EFFECT_FAILED', 'AbortError'], state: 'live' });
    ann.id = again.stay;
    await sees(bob, ann, true);
    await ann.page.evaluate(() => window.tester.call.leave());
    expect(await bob.faults()).toEqual([]);
    await Promise.all([ann.close(), bob.close()]);
  });
});
