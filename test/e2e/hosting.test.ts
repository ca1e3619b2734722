import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser, fakeDevices } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

// Looking at a page takes its time where several browsers encode video on few cores.
const LONG_MS = 300_000;

describeInBrowser('hosting a call', () => {
  vi.setConfig({ testTimeout: LONG_MS });

  // The second of them has a format for depths, which is not sent.
  const served = new ServedCallPage([fakeDevices(3)]);

  /** Signs up and makes a room that is entered as `access` says; resolves to its link. */
  async function open(host: Visitor, access: 'OPEN' | 'KNOCK'): Promise<string> {
    await host.page.goto(served.url);
    await host.signUp();
    await host.page.getByTestId('room-name').fill('Office hours');
    await host.page.getByTestId('room-access').selectOption(access);
    await host.page.getByTestId('create-room').click();
    await host.page.getByTestId('lobby').waitFor();
    const link = host.page.url();
    await host.join();
    return link;
  }

  const everybody = (...names: string[]) =>
    Promise.all(names.map((name) => Visitor.open(served.browser, name)));

  it('lets in who knocks, or not', async () => {
    const [ada, grace, alan] = await everybody('Ada', 'Grace', 'Alan');
    if (!ada || !grace || !alan) throw new Error('Three, then.');
    const link = await open(ada, 'KNOCK');

    await grace.accept(link);
    await grace.page.getByTestId('join').click();
    await grace.page.getByTestId('waiting').waitFor();
    await lookAt(grace.page, 'waiting');
    await ada.page.getByTestId('prompt').getByText('Grace wants to join').waitFor();
    await lookAt(ada.page, 'knock-prompt');
    await ada.page.getByTestId('prompt-admit').click();
    await grace.page.getByTestId('call').waitFor();
    await ada.sees('Grace');

    // By the list, and with a no.
    await alan.accept(link);
    await alan.page.getByTestId('join').click();
    await alan.page.getByTestId('waiting').waitFor();
    await ada.page.keyboard.press('p');
    const knock = ada.page.locator('[data-testid="knock"][data-name="Alan"]');
    await knock.waitFor();
    await lookAt(ada.page, 'knock-list');
    await knock.getByTestId('deny').click();
    await alan.page.locator('[data-testid="refusal"][data-kind="KNOCK_DENIED"]').waitFor();
    await lookAt(alan.page, 'knock-denied');
    await knock.waitFor({ state: 'detached' });

    // Who stops waiting is not asked about any more.
    await alan.page.getByTestId('join').click();
    await knock.waitFor();
    await alan.page.getByTestId('stop-waiting').click();
    await knock.waitFor({ state: 'detached' });
    await alan.page.getByTestId('waiting').waitFor({ state: 'hidden' });

    // Whoever is banned is in the owner's list of people, and may be let back.
    await alan.page.getByTestId('join').click();
    await knock.getByTestId('deny-and-ban').click();
    await ada.page.getByTestId('confirm-yes').click();
    await knock.waitFor({ state: 'detached' });
    await alan.page.getByTestId('waiting').waitFor({ state: 'hidden' });
    await alan.page.getByTestId('join').click();
    await alan.page.locator('[data-testid="refusal"][data-kind="REMOVED_FROM_ROOM"]').waitFor();
    const banned = ada.page.locator('[data-testid="banned"][data-name="Alan"]');
    await banned.waitFor();
    await lookAt(ada.page, 'bans');
    await banned.getByTestId('unban').click();
    await banned.waitFor({ state: 'detached' });
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('o');

    // A locked call says so before anybody asks.
    await ada.page.getByTestId('settings-access').selectOption('LOCKED');
    await ada.page.getByTestId('save-settings').click();
    await ada.page.getByText('Saved.').waitFor();
    await lookAt(ada.page, 'host-settings');
    await alan.page.reload();
    await alan.page.getByTestId('present').getByText('locked').waitFor();
    await alan.page.getByTestId('join').click();
    await alan.page.locator('[data-testid="refusal"][data-kind="ROOM_LOCKED"]').waitFor();

    // And the end, for all.
    await ada.page.getByTestId('close-room').click();
    await ada.page.getByTestId('confirm-yes').click();
    for (const one of [ada, grace]) await one.page.getByText('The call has ended').waitFor();
    for (const one of [ada, grace, alan]) await one.close();
  });

  it('asks to mute, removes, and keeps out', async () => {
    const [ada, grace] = await everybody('Ada', 'Grace');
    if (!ada || !grace) throw new Error('Two, then.');
    const link = await open(ada, 'OPEN');
    await grace.accept(link);
    await grace.join();
    await ada.sees('Grace');

    await ada.page.getByTestId('open-people').click();
    const row = ada.page.locator('[data-testid="person"][data-name="Grace"]');
    await row.getByTestId('person-tools').click();
    await lookAt(ada.page, 'host-tools');
    await row.getByTestId('request-mute').click();
    await grace.page.getByTestId('prompt').getByText('asks you to mute').waitFor();
    await lookAt(grace.page, 'mute-prompt');
    await grace.page.getByTestId('mute-now').click();
    await ada.tile('Grace').and(ada.page.locator('[data-audio="false"]')).waitFor();
    await grace.page.getByTestId('prompt').waitFor({ state: 'detached' });
    // One who is no host has no such tools.
    await grace.page.getByTestId('open-people').click();
    await grace.page.getByTestId('person').first().waitFor();
    expect(await grace.page.getByTestId('person-tools').filter({ visible: true }).count()).toBe(0);

    await row.getByTestId('person-tools').click();
    await row.getByTestId('remove').click();
    await ada.page.getByTestId('confirm-yes').click();
    await grace.notice('removed');
    await lookAt(grace.page, 'removed');
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await grace.page.goto(link);
    await grace.join();
    await ada.tile('Grace').waitFor();

    await row.getByTestId('person-tools').click();
    await row.getByTestId('ban').click();
    await ada.page.getByTestId('confirm-yes').click();
    await grace.notice('removed');
    await grace.page.goto(link);
    await grace.page.getByTestId('join').click();
    await grace.page.locator('[data-testid="refusal"][data-kind="REMOVED_FROM_ROOM"]').waitFor();
    await ada.close();
    await grace.close();
  });

  it('takes in guests where the host allows it, with a name alone', async () => {
    const [ada, bob] = await everybody('Ada', 'Bob');
    if (!ada || !bob) throw new Error('Two, then.');
    const link = await open(ada, 'OPEN');
    // Where guests may not enter, nobody is offered to try.
    await bob.page.goto(link);
    await bob.page.getByTestId('tab-login').waitFor();
    expect(await bob.page.getByTestId('tab-guest').count()).toBe(0);

    await ada.page.getByTestId('open-settings').click();
    await ada.page.getByTestId('settings-guests').check();
    await ada.page.getByTestId('save-settings').click();
    await ada.page.getByText('Saved.').waitFor();
    await bob.page.reload();
    await bob.page.getByTestId('tab-guest').click();
    await lookAt(bob.page, 'guest');
    await bob.page.getByTestId('name').fill('Bob');
    await bob.page.getByTestId('submit').click();
    await bob.page.getByTestId('lobby').waitFor();
    await bob.join();
    await ada.tile('Bob').getByTestId('guest').waitFor();
    await bob.page.getByTestId('leave').click();
    await bob.notice('left');
    // A guest has no rooms of their own to go to.
    await bob.page.getByTestId('home').click();
    await bob.notice('guest');
    await bob.page.getByTestId('sign-out-guest').click();
    await bob.page.getByTestId('sign-in').waitFor();
    await ada.close();
    await bob.close();
  });

  it('is handed over when the host leaves, and back', async () => {
    const [ada, grace, alan] = await everybody('Ada', 'Grace', 'Alan');
    if (!ada || !grace || !alan) throw new Error('Three, then.');
    const link = await open(ada, 'OPEN');
    for (const one of [grace, alan]) {
      await one.accept(link);
      await one.join();
    }
    const hostSeenBy = (one: Visitor, name: string) =>
      one.tile(name).and(one.page.locator('[data-role="HOST"]')).waitFor();
    await hostSeenBy(alan, 'Ada');
    const told = grace.page.getByText('You are the host now').waitFor();
    await ada.page.getByTestId('leave').click();
    await hostSeenBy(alan, 'Grace');
    await grace.page.locator('[data-testid="self-tile"][data-role="HOST"]').waitFor();
    await told;
    await ada.page.getByTestId('rejoin').click();
    await ada.join();
    await hostSeenBy(alan, 'Ada');
    await alan.tile('Grace').and(alan.page.locator('[data-role="MEMBER"]')).waitFor();
    for (const one of [ada, grace, alan]) await one.close();
  });

  it('has a chat, hands, and other devices during the call', async () => {
    const [ada, grace, alan] = await everybody('Ada', 'Grace', 'Alan');
    if (!ada || !grace || !alan) throw new Error('Three, then.');
    const link = await open(ada, 'OPEN');
    await grace.accept(link);
    await grace.join();
    await ada.tile('Grace').waitFor();

    await ada.page.keyboard.press('c');
    await ada.page.getByTestId('message').fill('Hello <b>Grace</b>');
    await ada.page.getByTestId('message').press('Enter');
    await ada.page.getByTestId('chat-message').getByText('Hello <b>Grace</b>').waitFor();
    await grace.page.getByTestId('unread').getByText('1').waitFor();
    await grace.page.getByTestId('open-chat').click();
    await grace.page.getByTestId('chat-message').getByText('Hello <b>Grace</b>').waitFor();
    await grace.page.getByTestId('unread').waitFor({ state: 'hidden' });
    await grace.page.getByTestId('message').fill('Only for you');
    await grace.page.getByTestId('message-to').selectOption({ label: 'Only to Ada' });
    await grace.page.getByTestId('send-message').click();
    const secret = '[data-testid="chat-message"][data-private="true"]';
    await ada.page.locator(secret).getByText('Only for you').waitFor();
    await grace.page.locator(secret).getByText('Only for you').waitFor();
    await lookAt(ada.page, 'chat');

    await grace.page.getByTestId('toggle-hand').click();
    await ada.tile('Grace').and(ada.page.locator('[data-hand="true"]')).waitFor();
    await ada.page.getByTestId('close-panel').click();
    await lookAt(ada.page, 'hand');
    await grace.page.getByTestId('toggle-hand').click();
    await ada.tile('Grace').and(ada.page.locator('[data-hand="false"]')).waitFor();

    // Who comes later reads what was said to all, and nothing else.
    await alan.accept(link);
    await alan.join();
    await alan.page.getByTestId('open-chat').click();
    await alan.page.getByTestId('chat-message').getByText('Hello <b>Grace</b>').waitFor();
    expect(await alan.page.getByTestId('chat-message').count()).toBe(1);

    // Another camera, and the others see it move.
    await ada.page.getByTestId('open-settings').click();
    const cameras = ada.page.getByTestId('choose-videoinput');
    await cameras.waitFor();
    const before = await cameras.inputValue();
    await cameras.selectOption({ index: 2 });
    const used = () =>
      ada.page
        .getByTestId('self-tile')
        .locator('video')
        .evaluate((video) => {
          const { srcObject } = video as HTMLVideoElement;
          if (!(srcObject instanceof MediaStream)) return '';
          return srcObject.getVideoTracks()[0]?.getSettings().deviceId ?? '';
        });
    await expect.poll(used).not.toBe(before);
    await grace.sees('Ada');
    for (const one of [ada, grace, alan]) await one.close();
  });
});
