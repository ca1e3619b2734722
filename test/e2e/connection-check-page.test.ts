import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('the check of the connection on the call page', () => {
  vi.setConfig({ testTimeout: 120_000 });
  // No server of the world is asked.
  const served = new ServedCallPage([], { STUN_URLS: '' });

  it('says before a call what works, in words', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace', { locale: 'de-DE' });
    const { page } = ada;
    await ada.host(served.url, 'Tee');
    await page.getByTestId('check-connection').click();
    await page.getByText('Deine Verbindung ist bereit für Anrufe.').waitFor();
    const server = page.locator('[data-testid="check-results"] [data-outcome="ok"]');
    await server.getByText('Verbindung zum Server').waitFor();
    // This server has no relay, which is said once.
    expect(await page.locator('[data-code="NO_TURN"]').count()).toBe(1);
    await lookAt(page, 'lobby-check');
    await ada.close();
  });

  it('says when the server cannot be reached, and checks again', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace');
    const { page } = ada;
    let blocked = true;
    await page.routeWebSocket(/graphql/, (socket) => {
      if (blocked) void socket.close();
      else socket.connectToServer();
    });
    await ada.host(served.url, 'Tea');
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
