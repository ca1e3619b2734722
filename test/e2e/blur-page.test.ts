import type { BrowserContext } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { useDrawnCamera } from '../kit/drawn-camera.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('the blurred background on the call page', () => {
  vi.setConfig({ testTimeout: 240_000 });
  // The segmenter needs WebGL, of which a machine without a graphics card has only this.
  const served = new ServedCallPage(['--enable-unsafe-swiftshader']);

  /** What a page asks for from now on. */
  function asked(context: BrowserContext): string[] {
    const urls: string[] = [];
    context.on('request', (request) => urls.push(request.url()));
    return urls;
  }

  it('is switched on before a call and during it, under the policy of the page, with files of the server alone', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace');
    const person = { hue: 200, skin: '#e0ac86', hair: '#3a2a20', shirt: '#3f5f9f' };
    await useDrawnCamera(ada.context, person);
    const urls = asked(ada.context);
    const ofSegmenter = () => urls.filter((url) => url.includes('/selfie_segmentation/'));
    await ada.host(served.url, 'Tea');
    const { page } = ada;
    await page.getByTestId('blur').waitFor();
    await page.getByTestId('preview').waitFor();
    await expect.poll(sharpness).toBeGreaterThan(2);
    const sharp = await sharpness();
    // Nothing of it is loaded before it is chosen.
    expect(ofSegmenter()).toEqual([]);
    await lookAt(page, 'lobby-blur');
    await page.getByTestId('blur').click();
    await expect.poll(sharpness, { timeout: 60_000 }).toBeLessThan(sharp / 2);

    await ada.join();
    await page.getByTestId('open-more').click();
    await page.locator('[data-testid="menu-blur"][aria-pressed="true"]').waitFor();
    await lookAt(page, 'call-menu-blur');
    await page.getByTestId('menu-blur').click();
    await page.locator('[data-testid="menu-blur"][aria-pressed="false"]').waitFor();
    await expect.poll(sharpness, { timeout: 60_000 }).toBeGreaterThan(sharp / 2);
    await page.getByTestId('menu-blur').click();
    await expect.poll(sharpness, { timeout: 60_000 }).toBeLessThan(sharp / 2);

    expect(ofSegmenter()).toContainEqual(expect.stringMatching(/\.wasm$/));
    const { origin } = new URL(served.url);
    const others = urls.filter((url) => url.startsWith('http') && new URL(url).origin !== origin);
    expect(others).toEqual([]);
    await ada.close();

    /** How much neighbouring points of the own picture differ, on average. */
    function sharpness(): Promise<number> {
      const video = page
        .locator('[data-testid="preview"], [data-testid="self-tile"] video')
        .first();
      return video.evaluate((element) => {
        const canvas = new OffscreenCanvas(160, 90);
        const context = canvas.getContext('2d');
        const source = element as HTMLVideoElement;
        const [x, y] = [source.videoWidth * 0.1, source.videoHeight * 0.42];
        const [width, height] = [source.videoWidth * 0.2, source.videoHeight * 0.14];
        context?.drawImage(source, x, y, width, height, 0, 0, 160, 90);
        const { data = [] } = context?.getImageData(0, 0, 160, 90) ?? {};
        let sum = 0;
        for (let at = 4; at < data.length; at += 4) {
          sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0));
        }
        return sum / (160 * 90);
      });
    }
  });
});
