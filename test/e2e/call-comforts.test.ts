import { expect, it } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

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

  /** Two who see each other. */
  async function inCall(): Promise<[Visitor, Visitor]> {
    const ada = await Visitor.open(served.browser, 'Ada');
    const grace = await Visitor.open(served.browser, 'Grace');
    const link = await ada.host(served.url, 'Tea');
    await ada.join();
    await grace.accept(link);
    await grace.join();
    await ada.sees('Grace');
    return [ada, grace];
  }
});
