import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { type BuiltPage, buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { StunServer } from '../kit/stun-server.ts';

describeInBrowser('the check of the connection on the call page', () => {
  vi.setConfig({ testTimeout: 120_000 });
  let stun: StunServer;
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    stun = await StunServer.start();
    built = await buildCallPage();
    const env = { STUN_URLS: stun.url };
    server = await startServer({ env, overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
    stun?.close();
  });

  it('says before a call what works, in words', async () => {
    const ada = await Visitor.open(browser, 'Ada Lovelace', { locale: 'de-DE' });
    const { page } = ada;
    await ada.host(server.url, 'Tee');
    await page.getByTestId('check-connection').click();
    await page.getByText('Deine Verbindung ist bereit für Anrufe.').waitFor();
    // The button that was pressed is gone: the keyboard is where one checks again.
    expect(await ada.focused()).toBe('check-start');
    const works = page.locator('[data-testid="check-results"] [data-outcome="ok"]');
    await works.getByText('Verbindung zum Server').waitFor();
    // This server has no relay, which is said once.
    expect(await page.locator('[data-code="NO_TURN"]').count()).toBe(1);
    await lookAt(page, 'lobby-check');
    await ada.close();
  });

  it('says when the server cannot be reached, and checks again', async () => {
    const ada = await Visitor.open(browser, 'Ada Lovelace');
    const { page } = ada;
    let blocked = true;
    await page.routeWebSocket(/graphql/, (socket) => {
      if (blocked) void socket.close();
      else socket.connectToServer();
    });
    await ada.host(server.url, 'Tea');
    await page.getByTestId('check-connection').click();
    await page.locator('[data-verdict="bad"]').waitFor();
    await page.getByText('A firewall or a proxy may block it.').waitFor();
    await lookAt(page, 'lobby-check-failed');
    blocked = false;
    await page.getByTestId('check-start').click();
    await page.locator('[data-verdict="good"]').waitFor();
    // It leaves nothing behind: the room of the check is closed.
    await page.getByTestId('home-link').click();
    await page.getByTestId('room').waitFor();
    expect(await page.getByTestId('room').count()).toBe(1);
    await ada.close();
  });
});
