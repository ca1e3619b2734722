import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('files on the call page', () => {
  vi.setConfig({ testTimeout: 240_000 });
  const served = new ServedCallPage();

  /** People in one call, the first of whom is its host. */
  async function inCall(...names: string[]): Promise<Visitor[]> {
    const people = await Promise.all(names.map((name) => Visitor.open(served.browser, name)));
    const [host, ...others] = people;
    if (host === undefined) throw new Error('Nobody is there.');
    const link = await host.host(served.url, 'Tea');
    await host.join();
    for (const one of others) {
      await one.accept(link);
      await one.join();
      await host.sees(one.name);
    }
    return people;
  }

  const file = (name: string, size = 300_000) => ({
    name,
    mimeType: 'text/html',
    buffer: Buffer.alloc(size, 'peerql '),
  });
  const row = (page: Page, name: string) =>
    page.locator(`[data-testid="file"][data-name="${name}"]`);
  const inState = (page: Page, name: string, state: string) =>
    row(page, name)
      .and(page.locator(`[data-state="${state}"]`))
      .waitFor();

  it('are offered to everybody, accepted, declined and saved', async () => {
    const [ada, grace, alan] = await inCall('Ada Lovelace', 'Grace Hopper', 'Alan Turing');
    if (!ada || !grace || !alan) throw new Error('Three, then.');
    await grace.page.getByTestId('tile').nth(1).waitFor();
    await ada.page.getByTestId('open-chat').click();
    await ada.page.getByTestId('file-picker').setInputFiles(file('minutes.html'));
    await ada.page.getByText('Waiting for Grace Hopper to accept…').first().waitFor();
    await lookAt(ada.page, 'call-files-waiting');

    // The chat is closed: it is asked above the pictures, and opens for what was accepted.
    await grace.page.getByText('Ada Lovelace wants to send you “minutes.html” (300 kB).').waitFor();
    await lookAt(grace.page, 'call-file-offered');
    await grace.page.getByTestId('prompt-accept').click();
    await inState(grace.page, 'minutes.html', 'done');
    await alan.page.getByTestId('prompt-decline').click();
    await alan.page.getByTestId('prompt').waitFor({ state: 'detached' });
    await row(ada.page, 'minutes.html').getByText('Grace Hopper has received it.').waitFor();
    await row(ada.page, 'minutes.html').getByText('Alan Turing declined it.').waitFor();
    await lookAt(grace.page, 'call-files-received');

    const saving = grace.page.waitForEvent('download');
    await grace.page.getByTestId('save-file').click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('minutes.html');
    expect(await readFile(await saved.path())).toEqual(file('minutes.html').buffer);

    // To one alone, by dropping it on the chat. Whoever leaves has what they have accepted and not saved.
    await ada.page.getByTestId('message-to').selectOption({ label: 'Only to Grace Hopper' });
    await drop(ada.page, 'photo\u202egpj.exe', 10);
    await row(grace.page, 'photogpj.exe').getByTestId('accept-file').click();
    await inState(grace.page, 'photogpj.exe', 'done');
    expect(await alan.page.getByTestId('prompt').count()).toBe(0);
    await grace.page.getByTestId('close-panel').click();
    const left = grace.page.waitForEvent('download');
    await grace.page.getByTestId('leave').click();
    expect((await left).suggestedFilename()).toBe('photogpj.exe');
    await Promise.all([ada.close(), grace.close(), alan.close()]);
  });

  it('say in words what becomes of them', async () => {
    const [ada, grace] = await inCall('Ada Lovelace', 'Grace Hopper');
    if (!ada || !grace) throw new Error('Two, then.');
    for (const { page } of [ada, grace]) await page.getByTestId('open-chat').click();
    await ada.page.getByTestId('file-picker').setInputFiles(file('plan.pdf'));
    await row(ada.page, 'plan.pdf').getByTestId('cancel-file').click();
    await row(ada.page, 'plan.pdf').getByText('Canceled.').waitFor();
    await row(grace.page, 'plan.pdf').getByText('Ada Lovelace canceled it.').waitFor();
    await row(grace.page, 'plan.pdf').getByTestId('remove-file').click();
    await row(grace.page, 'plan.pdf').waitFor({ state: 'detached' });

    await drop(ada.page, 'huge.iso', 104_857_601);
    await ada.page.getByText('“huge.iso” is too big. The limit is 104.9 MB.').waitFor();
    // Stopped by who receives it, on its way.
    await ada.page.getByTestId('file-picker').setInputFiles(file('film.mp4', 40_000_000));
    await row(grace.page, 'film.mp4').getByTestId('accept-file').click();
    await grace.page.getByTestId('file-progress').waitFor();
    await row(grace.page, 'film.mp4').getByTestId('cancel-file').click();
    await row(ada.page, 'film.mp4').getByText('Grace Hopper canceled it.').waitFor();
    await lookAt(ada.page, 'call-files-over');

    await ada.page.getByTestId('file-picker').setInputFiles(file('later.txt'));
    await row(grace.page, 'later.txt').waitFor();
    await grace.page.getByTestId('leave').click();
    await row(ada.page, 'later.txt').getByText('Grace Hopper left the call.').waitFor();
    expect(await ada.page.getByTestId('attach-file').isDisabled()).toBe(true);
    await Promise.all([ada.close(), grace.close()]);
  });

  /** Drops a file on the chat, as the user does with one from a folder. */
  function drop(page: Page, name: string, size: number): Promise<void> {
    return page.locator('peerql-chat').evaluate(
      (chat, given) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(given.size)], given.name));
        for (const type of ['dragover', 'drop']) {
          const options = { dataTransfer, bubbles: true, cancelable: true };
          chat.dispatchEvent(new DragEvent(type, options));
        }
      },
      { name, size },
    );
  }
});
