import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

describeInBrowser('the elements of a call, in a page of somebody else', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let opened: SdkPage[] = [];

  beforeAll(async () => {
    built = await buildPage(fileURLToPath(new URL('./fixtures/parts', import.meta.url)));
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterEach(async () => {
    const pages = opened;
    opened = [];
    for (const one of pages) expect(await one.faults()).toEqual([]);
    await Promise.all(pages.map((one) => one.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function come(name: string): Promise<SdkPage> {
    const one = await SdkPage.open(browser, server.url, name);
    opened.push(one);
    return one;
  }

  /** Two in a call, the first of whom is its host. */
  async function inCall(): Promise<[SdkPage, SdkPage]> {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    await bob.joinWithout(roomId);
    return [ann, bob];
  }

  const chatOf = ({ page }: SdkPage) =>
    page.evaluate(() => {
      const chat = document.createElement('peerql-chat');
      chat.call = window.tester.call;
      document.body.append(chat);
    });
  const events = ({ page }: SdkPage) =>
    page.evaluate(() => window.partEvents.map(({ type }) => type));

  it('has a chat, in the language of the page', async () => {
    const [ann, bob] = await inCall();
    await Promise.all([ann, bob].map(chatOf));
    await ann.page.getByTestId('message').fill('Hello <b>Bob</b>');
    await ann.page.getByTestId('message').press('Enter');
    await bob.page.getByTestId('chat-message').getByText('Hello <b>Bob</b>').waitFor();
    await bob.page.evaluate(() => {
      document.documentElement.lang = 'de';
    });
    await bob.page.getByTestId('message-to').selectOption({ label: 'Nur an Ann' });
    await bob.page.getByTestId('message').fill('Hallo');
    await bob.page.getByTestId('send-message').click();
    const secret = ann.page.locator('[data-testid="chat-message"][data-private="true"]');
    await secret.getByText('Hallo').waitFor();
    // What could not be sent stays.
    await ann.page.getByTestId('message').fill('é'.repeat(2049));
    await ann.page.getByTestId('send-message').click();
    await ann.page.getByTestId('message-error').getByText('4096 bytes').waitFor();
    expect(await ann.page.getByTestId('message').inputValue()).toHaveLength(2049);
    await lookAt(ann.page, 'element-chat');
  });

  it('has a list of people, with what a host may do', async () => {
    const [ann, bob] = await inCall();
    for (const { page } of [ann, bob]) {
      await page.evaluate(() => {
        const people = document.createElement('peerql-people');
        Object.assign(people, { call: window.tester.call, client: window.tester.client });
        document.body.append(people);
      });
    }
    // Both see the same safety code.
    const codes: (string | null)[] = [];
    for (const { page } of [ann, bob]) {
      await page.waitForFunction(
        () => window.tester.call.snapshot.participants[0]?.peerState === 'connected',
      );
      await page.getByTestId('compare-code').click();
      codes.push(await page.getByTestId('safety-code').textContent());
    }
    expect(codes[0]).toMatch(/^(\d{5} ){7}\d{5}$/);
    expect(codes[1]).toBe(codes[0]);
    await lookAt(ann.page, 'element-people-code');
    await ann.page.getByTestId('compare-code').click();
    await ann.page.getByTestId('safety-code').waitFor({ state: 'detached' });
    // Pressed twice before the code is there: it is not wanted any more.
    await ann.page.getByTestId('compare-code').evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });
    await ann.page.evaluate(() => {
      const { call } = window.tester;
      return call.safetyCode(call.snapshot.participants[0]?.id ?? '');
    });
    expect(await ann.page.getByTestId('safety-code').count()).toBe(0);
    const row = ann.page.locator('[data-testid="person"][data-name="Bob"]');
    await row.getByTestId('person-tools').click();
    await row.getByTestId('ban').click();
    // Escape is a no.
    await ann.page.getByTestId('confirm').waitFor();
    await lookAt(ann.page, 'element-people-question');
    await ann.page.keyboard.press('Escape');
    await ann.page.getByTestId('confirm').waitFor({ state: 'detached' });
    expect(await bob.page.getByTestId('person').count()).toBe(2);
    expect(await bob.page.getByTestId('person-tools').count()).toBe(0);
    await row.getByTestId('ban').click();
    await ann.page.getByTestId('confirm-yes').click();
    await row.waitFor({ state: 'detached' });
    const banned = ann.page.locator('[data-testid="banned"][data-name="Bob"]');
    await banned.waitFor();
    await lookAt(ann.page, 'element-people');
    await banned.getByTestId('unban').click();
    await banned.waitFor({ state: 'detached' });
    // The call has ended for Bob: nothing is shown of it.
    await bob.page.getByTestId('person').first().waitFor({ state: 'detached' });
  });

  it('has a look in the mirror, which says what was chosen, and lets go of the devices', async () => {
    const ann = await come('Ann');
    const { page } = ann;
    const live = () => page.evaluate(() => window.tester.captures.live());
    const set = (properties: { state?: string; error?: string }) =>
      page.evaluate(({ state, error }) => {
        const prejoin = document.querySelector('peerql-prejoin');
        const refusal = error === undefined ? null : window.refusal(error);
        Object.assign(prejoin ?? {}, { error: refusal, ...(state === undefined ? {} : { state }) });
      }, properties);
    await page.evaluate(() => {
      const prejoin = document.createElement('peerql-prejoin');
      prejoin.toggleAttribute('ask-name', true);
      document.body.append(prejoin);
    });
    await page.getByTestId('preview').waitFor();
    await page.getByText('Ready to join?').waitFor();
    expect(await page.getByTestId('blur').count()).toBe(0);
    await page.evaluate(() => {
      const backgroundBlur = window.tester.effects.paint('red');
      Object.assign(document.querySelector('peerql-prejoin') ?? {}, { backgroundBlur });
    });
    const blur = page.getByLabel('Blur my background');
    await blur.check();
    await lookAt(page, 'element-prejoin');
    await page.evaluate(() => {
      const backgroundBlur = window.tester.effects.broken;
      Object.assign(document.querySelector('peerql-prejoin') ?? {}, { backgroundBlur });
    });
    await blur.click();
    await page.locator('[data-testid="device-problem"][data-kind="effect"]').waitFor();
    expect(await blur.isChecked()).toBe(false);
    await page.getByTestId('toggle-camera').click();
    await page.locator('[data-testid="toggle-camera"][data-on="false"]').waitFor();
    // Without a name the form is not sent.
    await page.getByTestId('join').click();
    expect(await events(ann)).toEqual([]);
    await page.getByTestId('prejoin-name').fill(' Ann ');
    await page.getByTestId('join').click();
    const choice = await page.evaluate(() => {
      const [{ detail } = { detail: null }] = window.partEvents;
      const { name, takeOver, localMedia } = Object(detail);
      return { name, takeOver, state: localMedia.state };
    });
    expect(choice).toEqual({
      name: 'Ann',
      takeOver: false,
      state: { audio: true, video: false, screen: false },
    });

    await set({ state: 'joining' });
    expect(await page.getByTestId('join').isDisabled()).toBe(true);
    await set({ state: 'waiting' });
    await page.getByTestId('stop-waiting').click();
    await set({ state: 'ready', error: 'ALREADY_IN_ROOM' });
    await page.getByTestId('take-over').click();
    expect(await page.getByTestId('join').count()).toBe(0);
    expect(await events(ann)).toEqual(['peerql-join', 'peerql-stop-waiting', 'peerql-join']);
    await page.evaluate(() => document.querySelector('peerql-prejoin')?.remove());
    await until(async () => (await live()).length === 0, 'the end of every capture');
  });

  it('rings, is answered and declined', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const bobsId = await bob.page.evaluate(async () => {
      const { client } = window.tester;
      await client.people.updateReachability({ allowCallsFrom: 'EVERYONE' });
      const incoming = document.createElement('peerql-incoming');
      incoming.client = client;
      document.body.append(incoming);
      return (await client.me())?.id ?? '';
    });
    await bob.page.waitForFunction(
      () => window.tester.client.incoming.snapshot.state === 'connected',
    );

    const declined = ann.page.evaluate(
      (id) => window.tester.failure(window.tester.ring(id)),
      bobsId,
    );
    await bob.page.getByTestId('incoming').getByText('Ann is calling').waitFor();
    await lookAt(bob.page, 'element-incoming');
    await bob.page.getByTestId('decline').click();
    expect(await declined).toBe('DECLINED');
    await bob.page.getByTestId('incoming').waitFor({ state: 'hidden' });

    const answered = ann.page.evaluate((id) => window.tester.ring(id), bobsId);
    await bob.page.getByTestId('accept-audio').click();
    await answered;
    await bob.page.waitForFunction(() =>
      window.partEvents.some(({ type }) => type === 'peerql-answered'),
    );
    expect(await events(bob)).toEqual(['peerql-declined', 'peerql-answering', 'peerql-answered']);
    await bob.page.evaluate(() => document.querySelector('peerql-incoming')?.remove());
  });
});
