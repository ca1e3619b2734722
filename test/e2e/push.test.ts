import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type BuiltPage, buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { call, deviceOf, rung, signIn } from '../kit/calling-page.ts';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { PushService, type TestBrowser } from '../kit/push-service.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { storedEndpoints } from '../kit/stored-endpoints.ts';
import { until } from '../kit/waiting.ts';
import { WokenBrowser } from '../kit/woken-browser.ts';

describeInBrowser('calls that ring while no page is open', () => {
  vi.setConfig({ testTimeout: 240_000 });
  let built: BuiltPage;
  let service: PushService;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildCallPage();
    service = await PushService.start();
    server = await startServer({
      env: { PUSH_SUBJECT: 'mailto:admin@example.com', RING_SECONDS: '60', RINGS_PER_PAIR: '100' },
      overrides: { pagesFolder: built.folder, pushNetwork: service.network },
    });
    browser = await launchBrowser('granted');
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await service?.stop();
    await built?.remove();
  });

  type Message = { readonly type: string; readonly callId: string; readonly state: string };
  const messagesOf = ({ endpoint }: TestBrowser) =>
    service.received
      .filter(({ path }) => endpoint.endsWith(path))
      .map(({ message }) => message as Message);

  /** The next message for a browser. */
  const next = async (phone: TestBrowser, type: string, seen: number): Promise<Message> => {
    await service.until(() =>
      messagesOf(phone)
        .slice(seen)
        .some((one) => one.type === type),
    );
    const found = messagesOf(phone)
      .slice(seen)
      .find((one) => one.type === type);
    if (found === undefined) throw new Error('It was there.');
    return found;
  };

  /** Ann with a page open, and Bob who has switched notifications on. */
  async function annAndBob() {
    const { url, graphqlUrl } = server;
    const [ann, bob] = [await register(graphqlUrl, 'Ann'), await register(graphqlUrl, 'Bob')];
    const ask = { userId: bob.accountId };
    await mutate(graphqlUrl, 'requestContact', ask, '__typename', ann.headers);
    const answer = { userId: ann.accountId, accepted: true };
    await mutate(graphqlUrl, 'answerContact', answer, '__typename', bob.headers);
    const anns = await deviceOf(ann, { browser, url });
    const bobs = await deviceOf(bob, { browser, url });
    const phone = service.browser();
    const woken = await WokenBrowser.of(bobs.context, url, phone);
    await bobs.page.goto(`${url}/?account`);
    const choice = bobs.page.getByTestId('push');
    await choice.and(bobs.page.locator(':enabled')).check();
    await choice.and(bobs.page.locator(':enabled:checked')).waitFor();
    return { anns, bobs, phone, woken };
  }

  it('shows a notification, by which a call is accepted: in a page that it opens, or in one that is open', async () => {
    const { anns, bobs, phone, woken } = await annAndBob();
    await bobs.page.close();
    await call(anns, 'Bob');
    const message = await next(phone, 'call.ringing', 0);
    await woken.deliver(message);
    const shown = await woken.shows(({ length }) => length === 1);
    expect(shown).toEqual([
      {
        ...{ title: 'Ann is calling', body: 'Video call', tag: message.callId, silent: false },
        actions: ['accept', 'decline'],
      },
    ]);
    const [address = '', ...others] = await woken.press('accept');
    expect([new URL(address).search, others]).toEqual([`?call=${message.callId}&accept=`, []]);
    await woken.shows(({ length }) => length === 0);
    const tab = await bobs.openTab();
    await tab.page.goto(address);
    await Promise.all([anns.sees('Bob'), tab.sees('Ann')]);
    expect(tab.page.url()).not.toContain('accept');
    await tab.page.getByTestId('leave').click();
    await anns.notice('call-over');

    // Now a page is open.
    const seen = messagesOf(phone).length;
    await anns.page.getByTestId('call-again').click();
    await rung(tab);
    await woken.deliver(await next(phone, 'call.ringing', seen));
    await woken.shows(([first]) => first?.title === 'Ann is calling');
    expect(await woken.press('accept')).toEqual([]);
    await Promise.all([anns.sees('Bob'), tab.sees('Ann')]);
    await Promise.all([anns.close(), tab.close()]);
  });

  it('declines without a page, and rings no more once the call has ended', async () => {
    const { anns, bobs, phone, woken } = await annAndBob();
    await bobs.page.close();
    await call(anns, 'Bob', 'audio');
    await woken.deliver(await next(phone, 'call.ringing', 0));
    await woken.shows(([first]) => first?.body === 'Call');
    expect(await woken.press('decline')).toEqual([]);
    await anns.notice('call-declined');
    // The message that follows has to show something.
    await woken.deliver(await next(phone, 'call.ended', 0));
    await woken.shows(([first]) => first?.title === 'Call from Ann declined');

    let seen = messagesOf(phone).length;
    await anns.page.getByTestId('call-again').click();
    const ringing = await next(phone, 'call.ringing', seen);
    await woken.deliver(ringing);
    await woken.shows((all) => all.some(({ tag }) => tag === ringing.callId));
    await anns.page.getByTestId('cancel-call').click();
    await woken.deliver(await next(phone, 'call.ended', seen));
    const missed = {
      ...{ title: 'Missed call from Ann', body: '', tag: ringing.callId },
      ...{ silent: true, actions: [] },
    };
    const ended = await woken.shows((all) => all.every(({ actions }) => actions.length === 0));
    expect(ended).toContainEqual(missed);
    expect(await woken.press()).toEqual([`${server.url}/`]);

    // A message that comes when the call is over already.
    seen = messagesOf(phone).length;
    await call(anns, 'Bob');
    const late = await next(phone, 'call.ringing', seen);
    await anns.page.getByTestId('cancel-call').click();
    await next(phone, 'call.ended', seen);
    await woken.deliver(late);
    const shown = await woken.shows((all) => all.some(({ tag }) => tag === late.callId));
    expect(shown).toContainEqual({ ...missed, tag: late.callId });
    await anns.close();
  });

  it('gives the server the subscription that the browser has renewed, but to nobody else', async () => {
    const { anns, bobs, woken } = await annAndBob();
    await bobs.page.close();
    const renewed = service.browser();
    await woken.renew(renewed);
    await call(anns, 'Bob');
    const message = await next(renewed, 'call.ringing', 0);
    await woken.deliver(message);
    await woken.shows((all) => all.some(({ tag }) => tag === message.callId));
    await woken.press('decline');
    await anns.notice('call-declined');

    // Somebody else signs in at this browser, who has not asked for notifications.
    const eve = await register(server.graphqlUrl, 'Eve');
    const tab = await bobs.openTab();
    await signIn(tab.page, server.url, eve);
    await tab.page.close();
    const again = service.browser();
    await woken.renew(again);
    const stored = storedEndpoints(server);
    expect(stored).toContain(renewed.endpoint);
    expect(stored).not.toContain(again.endpoint);
    await anns.close();
  });

  it('is served where it is in charge of the page, also under a path', async () => {
    const mounted = await startServer({
      env: { PATH_PREFIX: '/calls' },
      overrides: { pagesFolder: built.folder },
    });
    try {
      const { origin } = new URL(mounted.url);
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${origin}/calls/`);
      const script = await page.request.get(`${origin}/calls/peerql-push-worker.js`);
      expect(script.headers()).toMatchObject({
        'content-type': expect.stringContaining('javascript'),
        'cache-control': 'no-cache',
      });
      const scope = await page.evaluate(async () => {
        const { serviceWorker } = navigator;
        return (await serviceWorker.register('./peerql-push-worker.js')).scope;
      });
      expect(scope).toBe(`${origin}/calls/`);
      const manifest = await page.request.get(`${origin}/calls/manifest.webmanifest`);
      expect(manifest.headers()['content-type']).toContain('application/manifest+json');
      expect(await manifest.json()).toMatchObject({ display: 'standalone', scope: './' });
    } finally {
      await mounted.close();
    }
  });

  it('closes the notification when an open page hears that the call has ended, and can be switched off', async () => {
    const { anns, bobs, phone, woken } = await annAndBob();
    await call(anns, 'Bob');
    await rung(bobs);
    await woken.deliver(await next(phone, 'call.ringing', 0));
    // The page rings already, so the notification makes no sound.
    const [ringing] = await woken.shows(({ length }) => length === 1);
    expect(ringing).toMatchObject({ title: 'Ann is calling', silent: true });
    await anns.page.getByTestId('cancel-call').click();
    await woken.shows(({ length }) => length === 0);
    await next(phone, 'call.ended', 0);

    await bobs.page.getByTestId('incoming').waitFor({ state: 'hidden' });
    await bobs.page.reload();
    const choice = bobs.page.getByTestId('push');
    await choice.and(bobs.page.locator(':enabled:checked')).uncheck();
    await choice.and(bobs.page.locator(':enabled:not(:checked)')).waitFor();
    const before = messagesOf(phone).length;
    await call(anns, 'Bob');
    await rung(bobs);
    await anns.page.getByTestId('cancel-call').click();
    await until(async () => !(await bobs.page.getByTestId('incoming').isVisible()), 'the end');
    expect(messagesOf(phone)).toHaveLength(before);
    await Promise.all([anns.close(), bobs.close()]);
  });
});
