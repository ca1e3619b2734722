import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser, fakeDevices } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { call, contacts, deviceOf, rung } from '../kit/calling-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

declare global {
  interface Window {
    /** Where contexts of Web Audio were told to play. */
    toneSinks: string[];
    /** Whether the user closes the browser's list of speakers without a choice. */
    picksNone: boolean;
  }
}

describeInBrowser('the devices that somebody has chosen on the call page', () => {
  vi.setConfig({ testTimeout: 120_000 });
  const served = new ServedCallPage([fakeDevices(3)]);
  const KINDS = ['audioinput', 'videoinput', 'audiooutput'] as const;

  it('are opened again on the next visit', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const { page } = ada;
    const inUse = () =>
      Promise.all(KINDS.map((kind) => page.getByTestId(`choose-${kind}`).inputValue()));
    await ada.host(served.url, 'Tea');
    for (const kind of KINDS) {
      const list = page.getByTestId(`choose-${kind}`);
      await list.waitFor();
      const other = await list.locator('option').last().getAttribute('value');
      await list.selectOption(other ?? '');
      await expect.poll(() => stored(page, kind)).toBe(other);
    }
    const chosen = await inUse();
    await page.reload();
    await page.getByTestId('choose-videoinput').waitFor();
    await expect.poll(inUse).toEqual(chosen);
    await ada.join();
    const sink = () =>
      page
        .getByTestId('self-tile')
        .locator('video')
        .evaluate((video) => (video as HTMLVideoElement).sinkId);
    await expect.poll(sink).toBe(chosen[2]);
    // A choice during the call is kept, too.
    await page.getByTestId('open-settings').click();
    const cameras = page.getByTestId('choose-videoinput');
    const first = await cameras.locator('option').first().getAttribute('value');
    await cameras.selectOption(first ?? '');
    await expect.poll(() => stored(page, 'videoinput')).toBe(first);
    await ada.close();
  });

  it('are chosen in the browser’s own list of speakers, where it has one', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const { page } = ada;
    // As Firefox has it.
    await ada.context.addInitScript(() => {
      const selectAudioOutput = async () => {
        if (window.picksNone) throw new DOMException('None.', 'NotAllowedError');
        const all = await navigator.mediaDevices.enumerateDevices();
        return all.findLast(({ kind }) => kind === 'audiooutput');
      };
      Object.assign(navigator.mediaDevices, { selectAudioOutput });
    });
    await ada.host(served.url, 'Tea');
    const pick = page.getByTestId('pick-audiooutput');
    await pick.getByText('Choose a speaker…').waitFor();
    await lookAt(page, 'lobby-speaker');
    await page.evaluate(() => {
      window.picksNone = true;
    });
    await pick.click();
    await page.evaluate(() => {
      window.picksNone = false;
    });
    expect(await stored(page, 'audiooutput')).toBeUndefined();
    await pick.click();
    await pick.getByText(/Fake Audio Output/).waitFor();
    expect(await stored(page, 'audiooutput')).toMatch(/\w/);
    await ada.close();
  });

  it('ring, too', async () => {
    const [ann, bob] = await contacts(served, ['Ann', 'Bob']);
    const [anns, bobs] = await Promise.all([deviceOf(ann, served), deviceOf(bob, served)]);
    await bobs.context.addInitScript(() => {
      window.toneSinks = [];
      const { setSinkId } = AudioContext.prototype as AudioContext & {
        setSinkId(id: string): Promise<void>;
      };
      Object.assign(AudioContext.prototype, {
        setSinkId(id: string) {
          window.toneSinks.push(id);
          return setSinkId.call(this, id);
        },
      });
    });
    const speaker = await bobs.page.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) track.stop();
      const all = await navigator.mediaDevices.enumerateDevices();
      const last = all.findLast(({ kind }) => kind === 'audiooutput');
      localStorage.setItem('peerql-devices', JSON.stringify({ audiooutput: last?.deviceId }));
      return last?.deviceId;
    });
    await bobs.page.reload();
    await bobs.page.locator('[data-reach="connected"]').waitFor();
    // A page that nobody has touched may not sound.
    await bobs.page.locator('h1').click();
    await call(anns, 'Bob');
    await rung(bobs);
    await bobs.page.waitForFunction(() => window.sounds > 0);
    expect(await bobs.page.evaluate(() => window.toneSinks)).toEqual([speaker]);
    await Promise.all([anns.close(), bobs.close()]);
  });

  /** The id of a device that the page keeps for the next visit. */
  function stored(page: Page, kind: string): Promise<string | undefined> {
    return page.evaluate(
      (wanted) => JSON.parse(localStorage.getItem('peerql-devices') ?? '{}')[wanted],
      kind,
    );
  }
});
