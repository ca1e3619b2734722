import { expect, it } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

declare global {
  interface Window {
    /** Every connection that the page has made. */
    connections: RTCPeerConnection[];
  }
}

describeInBrowser('what makes a call comfortable', () => {
  const served = new ServedCallPage();

  it('plays on the speaker that was chosen, and on the default while that is unplugged', async () => {
    const [ada, grace] = await inCall();
    const { page } = ada;
    const sink = () =>
      ada
        .tile('Grace')
        .locator('video')
        .evaluate((video) => (video as HTMLVideoElement).sinkId);
    /** As if the system had found these speakers and no others. */
    const plugIn = (ids: readonly string[]) =>
      page.evaluate((given) => {
        const { mediaDevices } = navigator;
        const speakers = given.map((deviceId) => ({ kind: 'audiooutput', deviceId, label: '' }));
        mediaDevices.enumerateDevices = async () => speakers as MediaDeviceInfo[];
        mediaDevices.dispatchEvent(new Event('devicechange'));
      }, ids);

    await page.getByTestId('open-settings').click();
    const speakers = page.getByTestId('choose-audiooutput');
    await speakers.waitFor();
    expect(await sink()).toBe('');
    await speakers.selectOption({ index: 1 });
    const chosen = await speakers.inputValue();
    await expect.poll(sink).toBe(chosen);
    await plugIn(['default']);
    await expect.poll(sink).toBe('');
    await plugIn(['default', chosen]);
    await expect.poll(sink).toBe(chosen);
    await ada.close();
    await grace.close();
  });

  it('unmutes while the space bar is held, where nothing else takes that key', async () => {
    const [ada, grace] = await inCall();
    const { page } = ada;
    const isHeard = (on: boolean) =>
      ada.page.locator(`[data-testid="toggle-microphone"][data-on="${on}"]`).waitFor();
    const graceIsTold = (on: boolean) =>
      grace
        .tile('Ada')
        .and(grace.page.locator(`[data-audio="${on}"]`))
        .waitFor();

    await page.keyboard.press('m');
    await isHeard(false);
    await graceIsTold(false);
    const title = await page.getByTestId('toggle-microphone').getAttribute('title');
    expect(title).toBe('Unmute microphone (M), or hold the space bar to talk');
    await page.keyboard.down('Space');
    await isHeard(true);
    await graceIsTold(true);
    await page.keyboard.up('Space');
    await isHeard(false);
    await graceIsTold(false);

    // A page without the keyboard does not hear of the release.
    await page.keyboard.down('Space');
    await isHeard(true);
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await isHeard(false);
    await page.keyboard.up('Space');

    // Pressed and released at once, it is as before, whatever the browser has done meanwhile.
    await page.keyboard.press('Space');
    await isHeard(false);

    await page.keyboard.press('c');
    await page.getByTestId('message').press('Space');
    expect(await page.getByTestId('message').inputValue()).toBe(' ');
    await isHeard(false);
    await page.getByTestId('toggle-hand').focus();
    await page.keyboard.press('Space');
    await page.locator('[data-testid="toggle-hand"][data-on="true"]').waitFor();
    await isHeard(false);

    // Who has switched the shortcuts off has switched this off, too.
    await page.getByTestId('open-help').click();
    await page.getByTestId('shortcuts-on').uncheck();
    await page.keyboard.press('Escape');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.down('Space');
    await isHeard(false);
    await page.keyboard.up('Space');
    await ada.close();
    await grace.close();
  });

  it('shows somebody in a window of their own, until they switch the camera off or leave', async () => {
    const [ada, grace] = await inCall();
    const { page } = ada;
    const button = ada.tile('Grace').getByTestId('float');
    const floats = () => page.evaluate(() => document.pictureInPictureElement !== null);

    expect(await page.getByTestId('self-tile').getByTestId('float').count()).toBe(0);
    await ada.tile('Grace').hover();
    await button.click();
    await expect.poll(floats).toBe(true);
    await ada.tile('Grace').getByRole('button', { name: 'Close picture in picture' }).click();
    await expect.poll(floats).toBe(false);

    await button.click();
    await expect.poll(floats).toBe(true);
    await grace.page.getByTestId('toggle-camera').click();
    await expect.poll(floats).toBe(false);
    await grace.page.getByTestId('toggle-camera').click();
    await ada.sees('Grace');
    await button.click();
    await expect.poll(floats).toBe(true);
    await grace.page.getByTestId('leave').click();
    await expect.poll(floats).toBe(false);
    await ada.close();
    await grace.close();
  });

  it('is sent no video while nobody can see it, which is not taken for a broken line', async () => {
    const [ada, grace] = await inCall();
    const { page } = ada;
    /** As if the user had gone to another tab, or come back. */
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    // Now nothing but video could show that the line works.
    await grace.page.getByTestId('toggle-microphone').click();
    await ada.tile('Grace').and(page.locator('[data-audio="false"]')).waitFor();
    await ada.tile('Grace').evaluate((tile) => {
      const video = tile.shadowRoot?.querySelector('video');
      const note = () => {
        tile.dataset.lastFrame = String(performance.now());
        video?.requestVideoFrameCallback(note);
      };
      note();
      const states = new Set([tile.dataset.state]);
      tile.dataset.states = tile.dataset.state;
      new MutationObserver(() => {
        states.add(tile.dataset.state);
        tile.dataset.states = [...states].join();
      }).observe(tile, { attributeFilter: ['data-state'] });
    });
    const stillMs = () =>
      ada.tile('Grace').evaluate((tile) => performance.now() - Number(tile.dataset.lastFrame));
    /** Whether somebody sends their camera. */
    const sends = ({ page: sender }: Visitor) =>
      sender.evaluate(() =>
        window.connections
          .flatMap((connection) => connection.getSenders())
          .filter(({ track }) => track?.kind === 'video')
          .some((camera) => camera.getParameters().encodings[0]?.active !== false),
      );

    await hide(true);
    // Grace does not see Ada, either: the tile is not displayed.
    await grace.tile('Ada').evaluate((tile) => {
      tile.style.display = 'none';
    });
    // Longer than a line may be silent that should carry video.
    await expect.poll(stillMs, { timeout: 30_000 }).toBeGreaterThan(5_000);
    expect(await sends(grace)).toBe(false);
    await expect.poll(() => sends(ada)).toBe(false);
    await hide(false);
    await grace.tile('Ada').evaluate((tile) => {
      tile.style.display = '';
    });
    await ada.sees('Grace');
    await grace.sees('Ada');
    expect(await ada.tile('Grace').getAttribute('data-states')).toBe('connected');
    await ada.close();
    await grace.close();
  });

  /** Two who see each other. */
  async function inCall(): Promise<[Visitor, Visitor]> {
    const ada = await Visitor.open(served.browser, 'Ada');
    const grace = await Visitor.open(served.browser, 'Grace');
    for (const { context } of [ada, grace]) {
      await context.addInitScript(() => {
        window.connections = [];
        window.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            window.connections.push(this);
          }
        };
      });
    }
    const link = await ada.host(served.url, 'Tea');
    await ada.join();
    await grace.accept(link);
    await grace.join();
    await ada.sees('Grace');
    return [ada, grace];
  }
});
