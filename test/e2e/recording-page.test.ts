import { stat } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('a recording on the call page', () => {
  vi.setConfig({ testTimeout: 240_000 });
  const served = new ServedCallPage();

  it('is asked about first, shown to everybody for as long as it lasts, and saved', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace');
    const grace = await Visitor.open(served.browser, 'Grace Hopper');
    const alan = await Visitor.open(served.browser, 'Alan Turing');
    const link = await ada.host(served.url, 'Weekly catch-up');
    await ada.join();
    await grace.accept(link);
    await grace.join();
    await ada.sees(grace.name);

    await ada.page.getByTestId('open-more').click();
    await ada.page.getByTestId('menu').waitFor();
    await lookAt(ada.page, 'call-menu');
    await ada.page.keyboard.press('Escape');
    await ada.page.getByTestId('menu').waitFor({ state: 'detached' });
    await ada.page.getByTestId('open-more').click();
    await ada.page.getByTestId('menu-record').click();
    await ada.page.getByTestId('confirm').waitFor();
    await lookAt(ada.page, 'call-record-question');
    await ada.page.getByTestId('confirm-no').click();
    await ada.page.getByTestId('open-more').click();
    await ada.page.getByTestId('menu-record').click();
    await ada.page.getByTestId('confirm-yes').click();
    await ada.page.getByText('You’re recording').waitFor();
    await grace.page.getByText('Ada Lovelace is recording').waitFor();
    await grace.tile(ada.name).getByTestId('records').waitFor();
    await lookAt(ada.page, 'call-recording');
    await lookAt(grace.page, 'call-recorded');
    // Whoever comes later sees it, too.
    await alan.accept(link);
    await alan.join();
    await alan.page.getByText('Ada Lovelace is recording').waitFor();
    await ada.sees(alan.name);

    const saving = ada.page.waitForEvent('download');
    await ada.page.getByTestId('stop-recording').click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^Weekly catch-up \d{4}-\d\d-\d\d \d\d\.\d\d\.webm$/);
    expect((await stat(await saved.path())).size).toBeGreaterThan(10_000);
    for (const { page } of [ada, grace, alan]) {
      await page.locator('[part~="recording"]').first().waitFor({ state: 'detached' });
    }

    // Whoever leaves has the file as well.
    await grace.page.getByTestId('open-more').click();
    await grace.page.getByTestId('menu-record').click();
    await grace.page.getByTestId('confirm-yes').click();
    await ada.page.getByText('Grace Hopper is recording').waitFor();
    const left = grace.page.waitForEvent('download');
    await grace.page.getByTestId('leave').click();
    expect((await stat(await (await left).path())).size).toBeGreaterThan(0);
    await Promise.all([ada.close(), grace.close(), alan.close()]);
  });
});
