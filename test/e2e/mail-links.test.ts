import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { freePort } from '../kit/free-port.ts';
import { KeptLog } from '../kit/log.ts';
import { MOUNT, MOUNT_PATH } from '../kit/mounts.ts';
import { type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

/** In another server PeerQL cannot know its address, which stands in mails. */
async function ownAddress(): Promise<Record<string, string>> {
  if (MOUNT === 'port') return {};
  const PORT = String(await freePort());
  return { PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}${MOUNT_PATH}` };
}

const NEW_PASSWORD = 'an entirely different horse';

describeInBrowser('the links of mails', () => {
  const log = new KeptLog();
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let ann: Person;
  let visitor: Visitor;

  beforeAll(async () => {
    built = await buildCallPage();
    server = await startServer({
      env: await ownAddress(),
      overrides: { log, pagesFolder: built.folder },
    });
    browser = await launchBrowser('granted');
    ann = await register(server.graphqlUrl, 'Ann');
    visitor = await Visitor.open(browser, 'Ann');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** Waits for a mail to Ann, which stands in the log without a mail server; resolves to its link. */
  async function mailedLink(action: 'verifyEmail' | 'resetPassword'): Promise<string> {
    const links = () =>
      log.lines
        .filter(({ fields }) => fields.to === ann.email)
        .flatMap(({ fields }) => String(fields.text).match(/http\S+/) ?? [])
        .filter((link) => link.includes(`#${action}=`));
    await expect.poll(links).toHaveLength(1);
    return links().join();
  }

  it('verify the email once', async () => {
    const { page } = visitor;
    const link = await mailedLink('verifyEmail');
    await page.goto(link);
    await visitor.notice('email-verified');
    const said = await page.getByTestId('notice').textContent();
    expect(said).toContain('Your email is verified');
    // Whoever has a link is not told whose account it is of.
    expect(said).not.toContain(ann.email);
    expect(page.url()).toBe(`${server.url}/`);

    // In the same tab only the hash changes, and the page is not loaded anew.
    await page.goto(link);
    await visitor.notice('link-used');
    expect(page.url()).toBe(`${server.url}/`);
    await page.getByTestId('home').click();
    await page.getByTestId('sign-in').waitFor();
  });

  it('set a new password once, and sign in with it', async () => {
    const { page } = visitor;
    await page.goto(server.url);
    await page.getByTestId('tab-login').click();
    await page.getByTestId('email').fill(ann.email);
    await page.getByTestId('forgot-password').click();
    expect(await page.getByTestId('email').inputValue()).toBe(ann.email);
    await page.getByTestId('email').press('Enter');
    await visitor.notice('mail-sent');

    const link = await mailedLink('resetPassword');
    await page.goto(link);
    await page.getByTestId('reset-password-form').waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    await page.getByTestId('newPassword-error').getByText('at least').waitFor();
    await page.getByTestId('new-password').fill(NEW_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('account-name').getByText('Ann').waitFor();

    await page.goto(link);
    await page.getByTestId('new-password').fill('yet another horse');
    await page.getByTestId('submit').click();
    await visitor.notice('link-used');

    await page.getByTestId('sign-out').click();
    await page.getByTestId('tab-login').click();
    await page.getByTestId('email').fill(ann.email);
    await page.getByTestId('password').fill(NEW_PASSWORD);
    await page.getByTestId('submit').click();
    await page.getByTestId('create-room').waitFor();
    await visitor.close();
  });

  it('are not promised by a server that cannot send mail', async () => {
    const env = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
    const mute = await startServer({ env, overrides: { pagesFolder: built.folder } });
    const bob = await Visitor.open(browser, 'Bob');
    await bob.page.goto(mute.url);
    await bob.page.getByTestId('tab-login').click();
    await bob.page.getByTestId('forgot-password').click();
    await bob.page.getByTestId('email').fill('bob@example.com');
    await bob.page.getByTestId('submit').click();
    await bob.page.getByTestId('form-error').getByText('can’t send email').waitFor();
    await bob.close();
    await mute.close();
  });
});
