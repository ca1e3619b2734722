import { expect, it } from 'vitest';
import { lookAt } from '../kit/appearance.ts';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'another horse battery staple';

describeInBrowser('one’s own account', () => {
  const served = new ServedCallPage();

  async function signedUp(name: string): Promise<Visitor> {
    const visitor = await Visitor.open(served.browser, name);
    await visitor.page.goto(served.url);
    await visitor.signUp();
    await visitor.page.getByTestId('account-name').click();
    await visitor.page.getByTestId('account').waitFor();
    return visitor;
  }

  it('shows name and email, and changes name and password', async () => {
    const ada = await signedUp('Ada Lovelace');
    const { page } = ada;
    await page.getByTestId('account-email').getByText('adalovelace').waitFor();
    await lookAt(page, 'account');
    await page.getByTestId('profile-name').fill('Ada King');
    await page.getByTestId('save-profile').click();
    await page.getByTestId('profile-done').getByText('saved').waitFor();

    await page.getByTestId('currentPassword').fill('not the password');
    await page.getByTestId('newPassword').fill(NEW_PASSWORD);
    await page.getByTestId('save-change-password').click();
    await page.getByTestId('change-password-error').getByText('wrong').waitFor();
    await page.getByTestId('currentPassword').fill(PASSWORD);
    await page.getByTestId('save-change-password').click();
    await page.getByTestId('change-password-done').getByText('changed').waitFor();
    await page.reload();
    await page.getByTestId('account-name').getByText('Ada King').waitFor();
    await ada.close();
  });

  it('lists where one is signed in, and signs out elsewhere', async () => {
    const ada = await signedUp('Ada Byron');
    const email = (await ada.page.getByTestId('account-email').textContent()) ?? '';
    const elsewhere = await Visitor.open(served.browser, 'Ada Byron');
    await elsewhere.page.goto(served.url);
    await elsewhere.page.getByTestId('tab-login').click();
    await elsewhere.page.getByTestId('email').fill(email);
    await elsewhere.page.getByTestId('password').fill(PASSWORD);
    await elsewhere.page.getByTestId('submit').click();
    await elsewhere.page.getByTestId('account-name').waitFor();

    await ada.page.reload();
    const sessions = ada.page.getByTestId('session');
    await sessions.nth(1).waitFor();
    expect(await sessions.count()).toBe(2);
    expect(await sessions.and(ada.page.locator('[data-current="true"]')).count()).toBe(1);
    await ada.page.getByTestId('end-session').click();
    await sessions.nth(1).waitFor({ state: 'detached' });
    await elsewhere.page.reload();
    await elsewhere.page.getByTestId('sign-in').waitFor();
    await ada.close();
    await elsewhere.close();
  });

  it('deletes the account once that is confirmed, and not otherwise', async () => {
    const ada = await signedUp('Ada Gordon');
    const { page } = ada;
    await page.getByTestId('delete-password').fill(PASSWORD);
    await page.getByTestId('delete').click();
    await page.getByTestId('confirm-no').click();
    await page.getByTestId('confirm').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByTestId('account').waitFor();

    await page.getByTestId('delete-password').fill(PASSWORD);
    await page.getByTestId('delete').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('sign-in').waitFor();
    await page.reload();
    await page.getByTestId('sign-in').waitFor();
    await ada.close();
  });
});
