import { expect, it, vi } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import {
  call,
  contacts,
  deviceOf,
  idle,
  press,
  rung,
  signIn,
  silent,
  told,
} from '../kit/calling-page.ts';
import type { Person } from '../kit/people.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';
import { startServer } from '../kit/server.ts';

describeInBrowser('calling people on the call page', () => {
  vi.setConfig({ testTimeout: 240_000 });
  const served = new ServedCallPage([], { RING_SECONDS: '60', RINGS_PER_PAIR: '100' });
  const closeAll = (visitors: readonly Visitor[]) =>
    Promise.all(visitors.map((visitor) => visitor.close()));
  const both = async (people: readonly Person[], url: string) => {
    const { browser } = served;
    const devices = people.map((one) => deviceOf(one, { browser, url }));
    return (await Promise.all(devices)) as [Visitor, Visitor];
  };
  const back = ({ page }: Visitor) => page.getByTestId('back').click();

  it('makes contacts of two people, and strangers again', async () => {
    const people = [await contacts(served, ['Ann']), await contacts(served, ['Bob'])].flat();
    const [anns, bobs] = await both(people, served.url);
    await anns.page.getByTestId('no-contacts').waitFor();
    await anns.page.getByTestId('contact-email').fill(people[1]?.email ?? '');
    await anns.page.getByTestId('add-contact').click();
    await anns.page.getByTestId('add-contact-done').getByText('on its way').waitFor();
    await anns.page.getByTestId('asked').waitFor();
    await bobs.page.getByTestId('people-news').getByText('1').waitFor();
    await bobs.page.getByTestId('accept-contact').click();
    await anns.page.getByTestId('presence').getByText('Available').waitFor();
    await anns.page.getByTestId('asked').waitFor({ state: 'detached' });

    await bobs.page.getByTestId('contact-more').click();
    await bobs.page.getByTestId('block-contact').click();
    await bobs.page.getByTestId('confirm-yes').click();
    await anns.page.getByTestId('no-contacts').waitFor();
    await bobs.page.getByTestId('show-blocked').click();
    await bobs.page.getByTestId('unblock').click();
    await bobs.page.getByTestId('show-blocked').waitFor({ state: 'hidden' });
    await bobs.page.getByTestId('allow-calls-from').selectOption('NOBODY');
    await bobs.page.getByTestId('reach-done').getByText('Saved').waitFor();
    await bobs.page.reload();
    const choice = bobs.page.getByTestId('allow-calls-from').and(bobs.page.locator(':enabled'));
    await choice.waitFor();
    expect(await choice.inputValue()).toBe('NOBODY');
    await closeAll([anns, bobs]);
  });

  it('rings on all devices, is answered on one, knocks during a call, and ends when one hangs up', async () => {
    const [ann, bob, cem] = await contacts(served, ['Ann', 'Bob', 'Cem']);
    const devices = await Promise.all(
      [ann, ann, bob, bob, cem].map((one) => deviceOf(one, served)),
    );
    const [anns, , bobs, bobsToo, cems] = devices as [Visitor, Visitor, Visitor, Visitor, Visitor];
    const sounds = ({ page }: Visitor) => page.evaluate(() => window.sounds);
    await call(anns, 'Bob');
    await Promise.all([rung(bobs), rung(bobsToo)]);
    await anns.page.getByTestId('outgoing-state').getByText('Ringing').waitFor();
    // Nobody has touched two of these pages, so they may not sound yet.
    expect(await Promise.all([anns, bobs, bobsToo].map(sounds))).toEqual([1, 0, 0]);
    await bobsToo.page.locator('#incoming-what').click();
    expect(await sounds(bobsToo)).toBe(1);
    await bobs.page.getByTestId('accept-video').click();
    await told(bobsToo, 'on another device');
    await Promise.all([silent(bobs), silent(bobsToo), silent(anns)]);
    await Promise.all([anns.sees('Bob'), bobs.sees('Ann'), anns.hears('Bob')]);

    // Whoever is in a call is busy.
    await call(cems, 'Bob', 'audio');
    await cems.notice('call-busy');
    await back(cems);
    await cems.page.getByTestId('outcome').getByText('Busy').waitFor();

    // Unless they let a second call knock. Whoever accepts it leaves the first.
    await bobsToo.page.getByTestId('call-waiting').check();
    await bobsToo.page.getByTestId('reach-done').getByText('Saved').waitFor();
    await call(cems, 'Bob', 'audio');
    await rung(bobs);
    await bobs.page.locator('#incoming-what').getByText('you leave the call').waitFor();
    await bobs.page.getByTestId('accept-audio').click();
    await anns.notice('call-over');
    await cems.hears('Bob');
    await bobs.page.getByTestId('leave').click();
    await cems.notice('call-over');
    await idle(bobs);
    await bobs.page.getByTestId('outcome').getByText('Incoming').nth(1).waitFor();
    await closeAll(devices);
  });

  it('rings no more after a no, a cancel, and when the tab of the caller is closed', async () => {
    const [ann, bob] = await contacts(served, ['Ann', 'Bob', 'Dia']);
    const devices = await Promise.all([ann, ann, bob, bob].map((one) => deviceOf(one, served)));
    const [anns, annsToo, bobs, bobsToo] = devices as [Visitor, Visitor, Visitor, Visitor];
    const bothRing = () => Promise.all([rung(bobs), rung(bobsToo)]);
    const bothSilent = () => Promise.all([silent(bobs), silent(bobsToo)]);

    await call(anns, 'Bob');
    await bothRing();
    await bobsToo.page.getByTestId('decline').click();
    await Promise.all([anns.notice('call-declined'), told(bobs, 'declined'), bothSilent()]);

    await anns.page.getByTestId('call-again').click();
    await bothRing();
    await anns.page.getByTestId('cancel-call').click();
    await Promise.all([idle(anns), told(bobs, 'Missed call from Ann'), bothSilent()]);
    await bobs.page.locator('[data-testid="past-call"][data-missed="true"]').waitFor();

    await call(anns, 'Dia');
    await anns.notice('call-unreachable');

    await back(anns);
    await call(anns, 'Bob');
    await bothRing();
    await anns.page.close();
    await bothSilent();
    // Ann’s other device is still there: it rings no more because the tab is closed, and not because Ann is gone.
    const newest = annsToo.page.getByTestId('outcome').first();
    await newest.getByText('Cancelled').waitFor();
    await closeAll(devices);
  });

  it('shows two calls that ring at once, and lets each be answered', async () => {
    const people = await contacts(served, ['Bob', 'Ann', 'Cem']);
    const devices = await Promise.all(people.map((one) => deviceOf(one, served)));
    const [bobs, anns, cems] = devices as [Visitor, Visitor, Visitor];
    await bobs.page.getByTestId('call-waiting').check();
    await bobs.page.getByTestId('reach-done').getByText('Saved').waitFor();
    const other = (name: string) =>
      bobs.page.locator(`[data-testid="other-call"][data-name="${name}"]`);
    await call(anns, 'Bob');
    await rung(bobs);
    await call(cems, 'Bob', 'audio');
    await other('Cem').waitFor();
    // Escape silences both.
    await bobs.page.locator('#incoming-what').click();
    expect(await bobs.page.evaluate(() => window.sounds)).toBe(1);
    await bobs.page.keyboard.press('Escape');
    expect(await bobs.page.evaluate(() => window.sounds)).toBe(0);
    await other('Cem').getByTestId('decline-other').click();
    await cems.notice('call-declined');
    await other('Cem').waitFor({ state: 'detached' });
    await bobs.page.locator('#incoming-title').getByText('Ann').waitFor();

    // The second one is answered; the first goes on ringing, and knocks now.
    await cems.page.getByTestId('call-again').click();
    await other('Cem').getByTestId('accept-other').click();
    await Promise.all([cems.hears('Bob'), bobs.hears('Cem')]);
    await rung(bobs);
    await bobs.page.locator('#incoming-what').getByText('you leave the call').waitFor();
    await anns.page.getByTestId('cancel-call').click();
    await silent(bobs);
    await closeAll(devices);
  });

  it('rings no longer than it may, and says on every screen that a call was missed', async () => {
    const env = { RING_SECONDS: '5' };
    const server = await startServer({ env, overrides: { pagesFolder: served.folder } });
    const { url } = server;
    const [ann, bob] = await contacts({ url }, ['Ann', 'Bob']);
    const [anns, bobs] = await both([ann, bob], url);
    await bobs.page.getByTestId('home-link').click();
    await bobs.page.getByTestId('room-name').click();
    await call(anns, 'Bob', 'audio');
    // The keyboard is at the name, where it answers nothing; Escape silences, and afterwards it is where it was.
    await bobs.page.locator('#incoming-title:focus').waitFor();
    expect(await bobs.page.evaluate(() => window.sounds)).toBe(1);
    await bobs.page.keyboard.press('Escape');
    expect(await bobs.page.evaluate(() => window.sounds)).toBe(0);
    expect(await bobs.page.getByTestId('incoming').isVisible()).toBe(true);
    await anns.notice('call-missed');
    await told(bobs, 'Missed call from Ann');
    await silent(bobs);
    await bobs.page.locator('[data-testid="room-name"]:focus').waitFor();
    await bobs.page.getByTestId('people-news').getByText('1').waitFor();
    // A device that comes later finds the mark, and it goes when the call was seen on the other one.
    const later = await Visitor.open(served.browser, 'Bob');
    await signIn(later.page, url, bob);
    await later.page.goto(url);
    await later.page.getByTestId('people-news').getByText('1').waitFor();
    await bobs.page.getByTestId('open-people').click();
    await bobs.page.getByTestId('new-call').waitFor();
    for (const { page } of [bobs, later]) {
      await page.getByTestId('people-news').waitFor({ state: 'hidden' });
    }
    // It is kept: also a browser that starts anew shows nothing new.
    await later.page.goto(`${url}/?people`);
    await later.page.locator('[data-testid="past-call"][data-missed="true"]').waitFor();
    expect(await later.page.getByTestId('new-call').count()).toBe(0);
    await later.close();
    await bobs.page.getByTestId('call-back').click();
    await rung(anns);
    await closeAll([anns, bobs]);
    await server.close();
  });

  it('comes to one end where both do something at once', async () => {
    const people = await contacts(served, ['Ann', 'Bob']);
    const [anns, bobs] = await both(people, served.url);
    // The other devices of both only listen.
    const others = await both(people, served.url);
    for (let round = 0; round < 3; round += 1) {
      await call(anns, 'Bob', 'audio');
      await Promise.all([rung(bobs), rung(others[1])]);
      await Promise.all([press(anns, 'cancel-call'), press(bobs, 'accept-audio')]);
      await idle(anns);
      await anns.page.getByTestId('past-call').nth(round).waitFor();
      // Who has answered in time is told that the call is over; who has not, that it does not ring any more.
      await bobs.page.getByTestId('call').waitFor({ state: 'detached' });
      await bobs.page.getByTestId('open-people').click();
      await Promise.all([bobs, ...others].map(idle));
    }

    const ringNow = (one: Visitor) => press(one, 'call-video', '[data-testid="contact"]');
    await Promise.all([anns, bobs].map(ringNow));
    await Promise.all([anns.sees('Bob'), bobs.sees('Ann')]);
    await Promise.all([anns, bobs, ...others].map(silent));
    await closeAll([anns, bobs, ...others]);
  });
});
