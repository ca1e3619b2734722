import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser, fakeDevices } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

// 63 KB, 10 KB for people and ringing, 13 KB at most for push messages, whose worker is loaded only
// where they are on, 22 KB for lit and the custom elements, which others can use alone, 11 KB for what the SDK's calls can
// do besides: safety codes, messages and files, a check of the connection, recording, and 20 KB for their places on the page and
// the blurred background, which are loaded when they are used.
const BUNDLE_BYTES = 141_000;

// Looking at a page takes its time where several browsers encode video on few cores.
const LONG_MS = 300_000;

describeInBrowser('how the page looks', () => {
  vi.setConfig({ testTimeout: LONG_MS });

  const served = new ServedCallPage([fakeDevices(2)]);

  it('is under 141 KB, gzipped, all of it', () => {
    const files = readdirSync(served.folder, { recursive: true, encoding: 'utf8' });
    const sizes = files
      .filter((file) => /\.(html|js|css|svg)$/.test(file))
      .map((file) => gzipSync(readFileSync(join(served.folder, file))).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`The page is ${bytes} bytes, gzipped.`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(BUNDLE_BYTES);
  });

  it('is in order before a call, on every screen', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace');
    const { page } = ada;
    await page.goto(served.url);
    await page.getByTestId('sign-in').waitFor();
    await lookAt(page, 'register');
    await page.getByTestId('tab-login').click();
    await page.getByTestId('email').fill('nobody@example.com');
    await page.getByTestId('password').fill('not the password');
    await page.getByTestId('submit').click();
    await page.getByTestId('form-error').getByText('wrong').waitFor();
    await lookAt(page, 'sign-in-refused');
    await page.getByTestId('forgot-password').click();
    await page.getByText('Email me a link').waitFor();
    await lookAt(page, 'forgot-password');
    await page.goto(`${served.url}/#resetPassword=none`);
    await page.getByTestId('reset-password-form').waitFor();
    await lookAt(page, 'reset-password');
    await page.goto(`${served.url}/?room=0123456789abcdef`);
    // Said before anybody signs in for nothing.
    await ada.notice('room-not-found');
    await lookAt(page, 'room-not-found');
    await page.getByTestId('home').click();
    await ada.signUp();
    await page.getByTestId('room-name').fill('Weekly catch-up');
    await page.getByTestId('create-room').click();
    await page.getByTestId('preview').waitFor();
    await lookAt(page, 'lobby');
    await page.getByTestId('home-link').click();
    await page.getByTestId('room').waitFor();
    await lookAt(page, 'home');
    await ada.close();
  });

  it('is in order during a call, and after it', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace');
    const grace = await Visitor.open(served.browser, 'Grace Hopper');
    const { page } = ada;
    const link = await ada.host(served.url, 'Weekly catch-up');
    await ada.join();
    await page.getByTestId('invite').waitFor();
    await lookAt(page, 'call-alone');
    await grace.accept(link);
    await grace.join();
    await ada.sees(grace.name);
    await ada.tile(grace.name).and(page.locator('[data-quality="good"]')).waitFor();
    await grace.page.getByTestId('toggle-microphone').click();
    await ada.tile(grace.name).and(page.locator('[data-audio="false"]')).waitFor();
    await lookAt(page, 'call');

    await page.keyboard.press('p');
    await page.getByTestId('person').nth(1).waitFor();
    await lookAt(page, 'call-people');
    await page.keyboard.press('Escape');
    await page.getByTestId('panel').waitFor({ state: 'hidden' });

    await page.keyboard.press('?');
    await page.getByTestId('help').waitFor();
    await lookAt(page, 'call-help');
    await page.keyboard.press('Escape');

    await page.keyboard.press('o');
    await page.getByTestId('connection').getByText('Good connection').waitFor();
    await page.getByTestId('choose-videoinput').waitFor();
    await lookAt(page, 'call-settings');
    await page.keyboard.press('Escape');

    await grace.page.getByTestId('toggle-screen').click();
    await ada.seesScreenOf(grace.name);
    await lookAt(page, 'call-screen');

    await grace.page.getByTestId('leave').click();
    await grace.notice('left');
    await lookAt(grace.page, 'left');
    await ada.close();
    await grace.close();
  });
});
