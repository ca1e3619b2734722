import type { Locator } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';
import { pace, until } from '../kit/waiting.ts';

/** Presses a button a second time before anything can have come of the first. */
function twice(button: Locator): Promise<void> {
  return button.evaluate((element) => {
    (element as HTMLElement).click();
    (element as HTMLElement).click();
  });
}

describeInBrowser('the call page, every button of which is pressed twice', () => {
  vi.setConfig({ testTimeout: 180_000 });
  const served = new ServedCallPage();

  it('makes one account, one room, one stay and one message, and shows no error', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const grace = await Visitor.open(served.browser, 'Grace');
    const button = (name: string) => ada.page.getByTestId(name);
    await ada.page.goto(served.url);
    await button('name').fill('Ada');
    await button('email').fill('ada-twice@example.com');
    await button('password').fill('correct horse battery staple');
    await twice(button('submit'));
    await button('room-name').fill('Tea');
    await ada.page.getByTestId('room-access').selectOption('KNOCK');
    await twice(button('create-room'));
    await button('lobby').waitFor();
    const link = ada.page.url();
    await button('toggle-camera').dblclick();
    await button('toggle-microphone').dblclick();
    await twice(button('join'));
    await button('call').waitFor();

    await ada.rememberToasts();
    await grace.accept(link);
    await twice(grace.page.getByTestId('join'));
    await button('prompt').waitFor();
    await twice(button('prompt-admit'));
    await grace.page.getByTestId('call').waitFor();
    await ada.sees('Grace');
    await grace.sees('Ada');
    const isOn = (name: string, on: boolean) =>
      until(
        async () => (await button(`toggle-${name}`).getAttribute('data-on')) === String(on),
        `${name}: ${on}`,
      );
    // The second press takes back what the first has done.
    for (const name of ['camera', 'microphone']) {
      await button(`toggle-${name}`).dblclick();
      await isOn(name, true);
    }
    // In one moment, both presses ask for the same.
    for (const name of ['hand', 'screen']) {
      for (const on of [true, false]) {
        await twice(button(`toggle-${name}`));
        if (on || name === 'hand') await isOn(name, on);
      }
    }
    await grace.sees('Ada');
    await button('open-chat').click();
    await button('message').fill('Hello');
    await twice(button('send-message'));
    await grace.page.getByTestId('open-chat').click();
    await grace.page.getByTestId('chat-message').getByText('Hello').waitFor();
    await button('message').fill('Bye');
    await button('send-message').click();
    await grace.page.getByTestId('chat-message').getByText('Bye').waitFor();
    expect(await grace.page.getByTestId('chat-message').count()).toBe(2);

    await button('open-settings').click();
    await ada.page.getByTestId('settings-access').selectOption('OPEN');
    await twice(button('save-settings'));
    await ada.page.getByText('Saved.').waitFor();
    await ada.page.keyboard.press('Escape');

    await button('open-more').click();
    await button('menu-record').click();
    await twice(button('confirm-yes'));
    await grace.page.getByText('Ada is recording').waitFor();
    // What is shorter than the first picture takes is not saved.
    await pace(3_000);
    const saving = ada.page.waitForEvent('download');
    await twice(button('stop-recording'));
    await saving;
    await grace.page.locator('[part~="recording"]').first().waitFor({ state: 'detached' });
    // Nothing of all that was refused, which a toast would tell.
    expect(await ada.toasts()).toEqual(['Grace joined']);

    const owned = await ada.page.evaluate(async () => {
      const response = await fetch(new URL('graphql', document.baseURI), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query: '{ rooms { edges { node { name participants { id } } } } }',
        }),
      });
      return (await response.json()) as unknown;
    });
    expect(owned).toMatchObject({
      data: { rooms: { edges: [{ node: { name: 'Tea', participants: [{}, {}] } }] } },
    });
    await twice(button('leave'));
    await ada.notice('left');
    await twice(grace.page.getByTestId('leave'));
    await grace.notice('left');
    await ada.close();
    await grace.close();
  });
});
