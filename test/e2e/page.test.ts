import { expect, it } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('the call page', () => {
  const served = new ServedCallPage();

  it('says before anybody signs in what an invitation is worth', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const bob = await Visitor.open(served.browser, 'Bob');
    const link = await ada.host(served.url, 'Office hours');
    await bob.page.goto(link);
    await bob.page.getByRole('heading', { name: 'Office hours' }).waitFor();
    await bob.page.getByText('Nobody is in the call yet.').waitFor();
    await ada.join();
    await bob.page.reload();
    await bob.page.getByText('The call has started.').waitFor();
    await lookAt(bob.page, 'invitation');

    await ada.page.getByTestId('open-settings').click();
    await ada.page.getByTestId('room-expires').getByText('expires on').waitFor();
    await ada.page.getByTestId('settings-access').selectOption('LOCKED');
    await ada.page.getByTestId('save-settings').click();
    await ada.page.getByText('Saved.').waitFor();
    await bob.page.reload();
    await bob.page.getByTestId('form-error').getByText('locked').waitFor();
    await ada.close();
    await bob.close();
  });

  it('asks before it ends something, and goes on after a no', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.host(served.url, 'Tea');
    await ada.join();
    await ada.page.getByTestId('open-settings').click();
    await ada.page.getByTestId('close-room').click();
    await ada.page.getByTestId('confirm-no').click();
    await ada.page.getByTestId('confirm').waitFor({ state: 'detached' });
    await ada.page.getByTestId('call').waitFor();
    await ada.close();
  });

  it('tells of a message while the chat is closed, and keeps the keyboard where it was', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const grace = await Visitor.open(served.browser, 'Grace');
    const link = await ada.host(served.url, 'Tea');
    await ada.join();
    // Alone, there is nobody to choose from.
    await ada.page.getByTestId('open-chat').click();
    await ada.page.getByText('Nobody else is here yet. Whoever joins').waitFor();
    expect(await ada.page.getByTestId('message-to').isVisible()).toBe(false);
    await grace.accept(link);
    await grace.join();
    await ada.page.getByTestId('message-to').waitFor();

    // Two bytes each: too long, although it has fewer characters than the server takes bytes.
    await ada.page.getByTestId('message').fill('é'.repeat(2049));
    await ada.page.getByTestId('send-message').click();
    await ada.page.getByTestId('message-error').getByText('4096 bytes').waitFor();
    await ada.page.getByTestId('message').fill('Hello');
    const told = grace.page.getByText('Ada: Hello').waitFor();
    await ada.page.getByTestId('send-message').click();
    await told;

    // From inside of the panel the keyboard goes back to what opened it.
    await ada.page.getByTestId('close-panel').focus();
    await ada.page.keyboard.press('Enter');
    expect(await ada.focused()).toBe('open-chat');
    // From elsewhere it stays where it is.
    await ada.page.getByTestId('open-chat').click();
    await ada.page.getByTestId('toggle-hand').focus();
    await ada.page.keyboard.press('c');
    expect(await ada.focused()).toBe('toggle-hand');
    await ada.close();
    await grace.close();
  });

  it('plays what the browser held back after the first tap', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const grace = await Visitor.open(served.browser, 'Grace');
    const link = await ada.host(served.url, 'Tea');
    await ada.join();
    await grace.accept(link);
    // As a phone does with somebody who only watches: nothing plays before a tap has ended.
    await grace.page.evaluate(() => {
      let tapped = false;
      document.addEventListener('pointerup', () => {
        tapped = true;
      });
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () {
        if (tapped || this.muted) return play.call(this);
        this.pause();
        this.autoplay = false;
        return Promise.reject(new DOMException('Nobody has touched the page.', 'NotAllowedError'));
      };
    });
    await grace.page.getByTestId('join').press('Enter');
    const video = grace.tile('Ada').locator('video');
    await video.waitFor();
    expect(await video.evaluate((element) => (element as HTMLVideoElement).paused)).toBe(true);
    await grace.page.getByTestId('grid').click();
    await grace.sees('Ada');
    await ada.close();
    await grace.close();
  });

  it('cuts nothing off on a narrow screen', async () => {
    const narrow = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
    const ada = await Visitor.open(served.browser, 'Ada', narrow);
    await ada.host(served.url, 'Tea');
    const scrolls = () =>
      ada.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(await scrolls()).toBe(false);
    await ada.join();
    expect(await ada.overflow()).toEqual([]);
    await lookAt(ada.page, 'narrow-call');
    await ada.close();
  });

  it('speaks German to whoever asks for it', async () => {
    const ada = await Visitor.open(served.browser, 'Ada', { locale: 'de-DE' });
    await ada.host(served.url, 'Tee');
    await ada.page.getByTestId('join').getByText('Teilnehmen').waitFor();
    expect(await ada.page.evaluate(() => document.documentElement.lang)).toBe('de');
    await ada.join();
    await ada.page.getByText('Du bist noch allein hier').waitFor();
    await lookAt(ada.page, 'german');
    await ada.close();
  });

  it('says so where a browser cannot make calls', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.context.addInitScript(() => {
      Reflect.deleteProperty(window, 'RTCPeerConnection');
    });
    await ada.page.goto(served.url);
    await ada.signUp();
    await ada.page.getByTestId('create-room').click();
    await ada.notice('unsupported');
    await ada.close();
  });
});
