import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import type { Visitor } from '../kit/call-page.ts';
import { call, contacts, deviceOf, rung } from '../kit/calling-page.ts';
import { mutate } from '../kit/mutate.ts';
import { type Person, register } from '../kit/people.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

/** With UPDATE_SCREENSHOTS=1, the picture in the documentation is made anew. */
const PICTURED = process.env.UPDATE_SCREENSHOTS === '1';
const PICTURE = fileURLToPath(new URL('../../docs/images/ringing.png', import.meta.url));
const ANSWERS = ['incoming', 'accept-video', 'accept-audio', 'decline', 'silence'];
const NARROW = { viewport: { width: 320, height: 640 } };

describeInBrowser('how people and ringing look', () => {
  vi.setConfig({ testTimeout: 300_000 });
  const served = new ServedCallPage([], { RING_SECONDS: '120' });

  /** Two contacts, of whom the first has something in every list. */
  async function acquainted(): Promise<[Person, Person]> {
    const graphql = `${served.url}/graphql`;
    const [ada, grace, alan] = await contacts(served, [
      'Ada Lovelace',
      'Grace Hopper',
      'Alan Turing',
    ]);
    const [edsger, troll] = [await register(graphql, 'Edsger'), await register(graphql, 'Troll')];
    const to = { userId: ada.accountId };
    const as = ({ headers }: Person, name: string, input: object) =>
      mutate(graphql, name, input, '__typename', headers);
    await as(edsger, 'requestContact', to);
    await as(ada, 'blockUser', { userId: troll.accountId });
    await as(ada, 'requestContact', { email: 'barbara@example.com' });
    // Nobody is there: a missed call.
    await as(alan, 'ring', { userIds: [ada.accountId] });
    return [ada, grace];
  }

  const fits = async (visitor: Visitor) => {
    const { page } = visitor;
    await page.setViewportSize(NARROW.viewport);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  };

  it('is in order: contacts, who calls, who is called', async () => {
    const [one, other] = await acquainted();
    const ada = await deviceOf(one, served, { colorScheme: 'dark' });
    const grace = await deviceOf(other, served, { locale: 'de-DE' });
    await ada.page.getByTestId('contact-request').waitFor();
    await ada.page.getByTestId('asked').waitFor();
    await ada.page.getByTestId('new-call').waitFor();
    await ada.page.getByTestId('contact-more').first().click();
    await ada.page.getByTestId('show-blocked').click();
    await ada.page.getByTestId('blocked').waitFor();
    await lookAt(ada.page, 'people');
    await fits(ada);

    await call(ada, 'Grace Hopper');
    await rung(grace);
    await ada.page.getByTestId('preview').waitFor();
    await lookAt(ada.page, 'outgoing');
    await fits(ada);
    await lookAt(grace.page, 'incoming-german');
    await fits(grace);
    // All answers are to be seen without scrolling.
    const hidden = (await grace.overflow()).filter((one) => ANSWERS.includes(one));
    expect(hidden).toEqual([]);
    await grace.page.getByTestId('decline').click();
    await ada.notice('call-declined');
    if (PICTURED) {
      await ada.page.setViewportSize({ width: 1280, height: 800 });
      await ada.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await ada.page.getByTestId('back').click();
      await call(grace, 'Ada Lovelace');
      await rung(ada);
      await ada.page.screenshot({ path: PICTURE });
    }
    await ada.close();
    await grace.close();
  });
});
