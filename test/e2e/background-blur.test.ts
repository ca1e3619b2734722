import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { useDrawnCamera } from '../kit/drawn-camera.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const { resolve } = createRequire(import.meta.url);
const SEGMENTER = dirname(resolve('@mediapipe/selfie_segmentation/package.json'));

describeInBrowser('the blurred background', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  /** What pages asked for, without what is in them. */
  const asked: string[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    await cp(SEGMENTER, join(built.folder, 'selfie_segmentation'), { recursive: true });
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      // The segmenter needs WebGL, of which a machine without a graphics card has only this.
      args: ['--enable-unsafe-swiftshader', '--autoplay-policy=no-user-gesture-required'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** For a page whose policy allows WebAssembly, with a camera that shows a room with somebody in it. */
  async function prepared(): Promise<BrowserContext> {
    const context = await browser.newContext({ bypassCSP: true });
    await useDrawnCamera(context, { hue: 200, skin: '#e0ac86', hair: '#3a2a20', shirt: '#3f5f9f' });
    context.on('request', (request) => asked.push(request.url()));
    return context;
  }

  it('arrives at the others, made with files of the own server alone', async () => {
    const ann = await SdkPage.open(browser, server.url, 'Ann', await prepared());
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await bob.joinWithout(roomId);
    const sharp = await ann.page.evaluate(() => window.tester.sharpness());
    expect(asked.filter((url) => url.includes('selfie_segmentation'))).toEqual([]);

    const outcome = await ann.page.evaluate(async () => {
      const { call, effects, failure, sharpness } = window.tester;
      const blur = effects.backgroundBlur({ files: 'selfie_segmentation' });
      await call.setVideoEffect(blur);
      const blurred = await sharpness();
      // Everything that was opened for it is let go of, and opened again.
      await call.setVideoEffect(null);
      const clear = await sharpness();
      await call.setVideoEffect(blur);
      const missing = effects.backgroundBlur({ files: 'nowhere' });
      const refused = await failure(call.setVideoEffect(missing));
      return { blurred, clear, again: await sharpness(), refused };
    });
    expect(outcome.blurred).toBeLessThan(sharp / 3);
    expect(outcome.clear).toBeGreaterThan(sharp / 2);
    expect(outcome.again).toBeLessThan(sharp / 3);
    expect(outcome.refused).toBe('EFFECT_FAILED');
    await bob.receives(ann, 3);

    const files = asked.filter((url) => url.includes('/selfie_segmentation/'));
    for (const ending of ['.js', '.wasm', '.tflite']) {
      expect(files).toContainEqual(expect.stringMatching(new RegExp(`\\${ending}$`)));
    }
    const { origin } = new URL(server.url);
    const others = asked.filter((url) => url.startsWith('http') && new URL(url).origin !== origin);
    expect(others).toEqual([]);
    expect([...(await ann.faults()), ...(await bob.faults())]).toEqual([]);
    await Promise.all([ann.close(), bob.close()]);
  });
});
