import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describeInBrowser('what the page shows when things are not as wished', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildCallPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  const roomLink = async (input: { name?: string; capacity?: number } = {}) => {
    const { id } = await createRoom(server.url.concat('/graphql'), host, input);
    return `${server.url}/?room=${id}`;
  };
  let host: Awaited<ReturnType<typeof register>>;
  beforeAll(async () => {
    host = await register(`${server.url}/graphql`, 'Host');
  });

  it('says beside each field what is wrong with it, and knows who returns', async () => {
    const ada = await Visitor.open(browser, 'Ada Lovelace');
    await ada.page.goto(server.url);
    await ada.page.getByTestId('name').fill('A'.repeat(2));
    await ada.page.getByTestId('email').fill('ada@example.com');
    await ada.page.getByTestId('password').fill('abc');
    await ada.page.getByTestId('submit').click();
    await ada.page.getByTestId('password-error').getByText('at least 6').waitFor();
    await ada.page.getByTestId('password').fill('correct horse battery staple');
    await ada.page.getByTestId('submit').click();
    await ada.page.getByTestId('account-name').waitFor();
    await ada.page.getByTestId('sign-out').click();
    // The same email again leads to signing in, and a wrong password says no more than that.
    await ada.page.getByTestId('name').fill('Ada');
    await ada.page.getByTestId('email').fill('ada@example.com');
    await ada.page.getByTestId('password').fill('wrong horse battery staple');
    await ada.page.getByTestId('submit').click();
    await ada.page.getByTestId('form-error').getByText('account with this email').waitFor();
    await ada.page.getByTestId('submit').click();
    await ada.page.getByTestId('form-error').getByText('email or the password').waitFor();
    await ada.page.getByTestId('password').fill('correct horse battery staple');
    await ada.page.getByTestId('submit').click();
    await ada.page.getByTestId('account-name').waitFor();
    await ada.close();
  });

  it('says when there is no such room', async () => {
    const ada = await Visitor.open(browser, 'Ada Lovelace');
    // Before anybody is asked for an account.
    await ada.page.goto(`${server.url}/?room=0123456789abcdef`);
    await ada.notice('room-not-found');
    await ada.page.getByTestId('home').click();
    await ada.signUp();
    await ada.page.getByTestId('create-room').waitFor();
    await ada.page.goto(`${server.url}/?room=0123456789abcdef`);
    await ada.notice('room-not-found');
    await ada.close();
  });

  it('says when the room is full, and lets in when there is a place again', async () => {
    const link = await roomLink({ capacity: 2 });
    const three = await Promise.all(
      ['Ada', 'Grace', 'Alan'].map((name) => Visitor.open(browser, name)),
    );
    const [ada, grace, alan] = three;
    if (!ada || !grace || !alan) throw new Error('Three, then.');
    for (const one of three) await one.accept(link);
    await ada.join();
    await grace.join();
    await alan.page.getByTestId('join').click();
    await alan.page.locator('[data-testid="refusal"][data-kind="ROOM_FULL"]').waitFor();
    await grace.page.getByTestId('leave').click();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await alan.join();
    await ada.sees('Alan');
    for (const one of three) await one.close();
  });

  it('offers to take the place over when one is in the room already', async () => {
    const link = await roomLink();
    const ada = await Visitor.open(browser, 'Ada');
    const grace = await Visitor.open(browser, 'Grace');
    await grace.accept(link);
    await grace.join();
    await ada.accept(link);
    await ada.join();
    await grace.sees('Ada');
    const stay = await grace.tile('Ada').getAttribute('data-participant');

    const other = await ada.openTab();
    await other.page.goto(link);
    await other.page.getByTestId('join').click();
    await other.page.locator('[data-testid="refusal"][data-kind="ALREADY_IN_ROOM"]').waitFor();
    await other.page.getByTestId('take-over').click();
    await other.page.getByTestId('call').waitFor();
    await ada.notice('replaced');
    await Promise.all([grace.sees('Ada'), other.sees('Grace')]);
    expect(await grace.page.getByTestId('tile').count()).toBe(1);
    expect(await grace.tile('Ada').getAttribute('data-participant')).not.toBe(stay);
    await ada.close();
    await grace.close();
  });

  it('ends the call of somebody who signs out in another tab', async () => {
    const link = await roomLink();
    const ada = await Visitor.open(browser, 'Ada');
    await ada.accept(link);
    await ada.join();
    const other = await ada.openTab();
    await other.page.goto(server.url);
    await other.page.getByTestId('sign-out').click();
    await ada.page.getByTestId('form-error').getByText('signed out').waitFor();
    await ada.close();
  });

  it('joins without a camera where there is none, and is seen without', async () => {
    const bare = await launchBrowser('none');
    const link = await roomLink();
    const grace = await Visitor.open(browser, 'Grace');
    await grace.accept(link);
    await grace.join();
    const ada = await Visitor.open(bare, 'Ada');
    await ada.accept(link);
    await ada.page.locator('[data-testid="device-problem"][data-kind="missing"]').waitFor();
    await ada.join();
    await Promise.all([ada.sees('Grace'), ada.hears('Grace')]);
    await grace
      .tile('Ada')
      .and(grace.page.locator('[data-video="false"][data-audio="false"]'))
      .waitFor();
    await ada.page.getByTestId('toggle-camera').click();
    await ada.page.getByText('No camera or microphone found').waitFor();
    await ada.close();
    await grace.close();
    await bare.close();
  });

  it('says when camera and microphone are blocked, and takes a change of mind', async () => {
    const asking = await launchBrowser('refused');
    const link = await roomLink();
    const ada = await Visitor.open(asking, 'Ada', { permissions: [] });
    await ada.accept(link);
    await ada.page.locator('[data-testid="device-problem"][data-kind="denied"]').waitFor();
    await ada.context.grantPermissions(['camera', 'microphone']);
    await ada.page.getByTestId('retry-devices').click();
    await ada.page.getByTestId('preview').waitFor();
    await ada.join();
    await ada.close();
    await asking.close();
  });

  it('says when the server is away, and goes on when it is back', async () => {
    const ada = await Visitor.open(browser, 'Ada');
    await ada.page.goto(server.url);
    await ada.signUp();
    await ada.page.getByTestId('create-room').waitFor();
    const api = '**/graphql';
    await ada.page.route(api, (route) => route.abort());
    await ada.page.getByTestId('home-link').click();
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('create-error').getByText('can’t be reached').waitFor();
    await ada.page.unroute(api);
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('lobby').waitFor();
    await ada.close();
  });

  it('can be used by keyboard alone', async () => {
    const ada = await Visitor.open(browser, 'Ada Lovelace');
    const { keyboard } = ada.page;
    const tabTo = async (testId: string) => {
      for (let presses = 0; presses < 20; presses += 1) {
        await keyboard.press('Tab');
        if ((await ada.focused()) === testId) return;
      }
      throw new Error(`Tab never came to ${testId}.`);
    };
    await ada.page.goto(server.url);
    await ada.page.getByTestId('sign-in').waitFor();
    await tabTo('name');
    await keyboard.type('Ada Lovelace');
    await tabTo('email');
    await keyboard.type('keys@example.com');
    await tabTo('password');
    await keyboard.type('correct horse battery staple');
    await keyboard.press('Enter');
    await ada.page.getByTestId('create-room').waitFor();
    await tabTo('create-room');
    await keyboard.press('Enter');
    await ada.page.getByTestId('preview').waitFor();
    await tabTo('join');
    await keyboard.press('Enter');
    await ada.page.getByTestId('call').waitFor();
    await keyboard.press('v');
    await ada.page.getByTestId('self-tile').and(ada.page.locator('[data-video="false"]')).waitFor();
    await tabTo('leave');
    await keyboard.press('Enter');
    await ada.notice('left');
    await ada.close();
  });

  it('fits a phone, upright and on its side', async () => {
    const link = await roomLink({ name: 'A room with quite a long name, as people give them' });
    const names = ['Ada', 'Grace', 'Alan'];
    const phones = await Promise.all(names.map((name) => Visitor.open(browser, name, PHONE)));
    for (const phone of phones) {
      await phone.accept(link);
      await phone.join();
    }
    for (const phone of phones) {
      await phone.page.getByTestId('tile').nth(1).waitFor();
      expect(await phone.overflow()).toEqual([]);
      await phone.page.setViewportSize({ width: 844, height: 390 });
      await expect.poll(() => phone.overflow()).toEqual([]);
    }
    for (const phone of phones) await phone.close();
  });
});
