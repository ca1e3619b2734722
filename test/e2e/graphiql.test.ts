import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('GraphiQL', () => {
  let server: TestServer;
  let browser: Browser;
  let ann: Person;

  beforeAll(async () => {
    server = await startServer();
    browser = await launchBrowser('granted');
    ann = await register(server.graphqlUrl, 'Ann');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page with cookies of its own, and what goes wrong in it. */
  async function newPage(): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    return { page, faults };
  }

  /** Opens it signed in by cookie, with a document whose operation is called `Test` in the editor. */
  async function open(query: string): Promise<{ page: Page; faults: string[] }> {
    const { page, faults } = await newPage();
    await page.goto(server.url);
    await page.request.post(server.graphqlUrl, {
      headers: { origin: new URL(server.url).origin },
      data: {
        query: `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`,
        variables: { input: { email: ann.email, password: ann.password } },
      },
    });
    await page.goto(server.graphqlUrl);
    await write(page, query);
    return { page, faults };
  }

  async function write(page: Page, query: string): Promise<void> {
    const editor = page.locator('.graphiql-query-editor');
    await editor.locator('.view-line').first().waitFor();
    // It comes with a comment in it, some time after it is shown.
    await editor.getByText('PeerQL').waitFor();
    await editor.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(query);
    // The tab takes the operation's name as soon as the page has taken what was typed.
    await page.getByRole('tab', { name: 'Test' }).waitFor();
  }

  const run = (page: Page) => page.locator('.graphiql-execute-button').click();
  const result = (page: Page, text: string) =>
    page.locator('.result-window').getByText(text).waitFor();

  it('runs a query', async () => {
    const { page, faults } = await open('query Test { me { name } }');
    await run(page);
    await result(page, '"Ann"');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('runs a subscription', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    const { page, faults } = await open(
      `subscription Test { roomEvents(roomId: "${room.id}") { __typename cursor } }`,
    );
    await run(page);
    await result(page, '"RoomSnapshot"');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says that nobody is signed in, and registers, signs out and signs in by its buttons', async () => {
    const { page, faults } = await newPage();
    await page.goto(server.graphqlUrl);
    const status = page.locator('#account-bar').getByRole('status');
    const button = (name: string) => page.locator('#account-bar').getByRole('button', { name });
    await status.getByText('Nobody is signed in.').waitFor();

    const email = `${crypto.randomUUID()}@example.com`;
    const form = page.getByRole('dialog', { name: 'Register' });
    await button('Register').click();
    await form.getByLabel('Name').fill('Bob');
    await form.getByLabel('Email').fill(email);
    await form.getByLabel('Password').fill('short');
    await form.getByRole('button', { name: 'Register' }).click();
    await form.getByRole('alert').getByText('password:').waitFor();
    await form.getByLabel('Password').fill('a long passphrase');
    await form.getByRole('button', { name: 'Register' }).click();
    await status.getByText('Signed in as Bob.').waitFor();
    await write(page, 'query Test { me { name } }');
    await run(page);
    await result(page, '"Bob"');
    expect(await page.evaluate('document.cookie')).toBe('');

    await button('Sign out').click();
    await button('Sign in').click();
    const again = page.getByRole('dialog', { name: 'Sign in' });
    await again.getByLabel('Email').fill(email);
    await again.getByLabel('Password').fill('a long passphrase');
    await page.keyboard.press('Enter');
    await status.getByText('Signed in as Bob.').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('enters a room as a guest', async () => {
    const room = await createRoom(server.graphqlUrl, ann, { allowGuests: true });
    const { page, faults } = await newPage();
    await page.goto(server.graphqlUrl);
    await page.getByRole('button', { name: 'Enter as a guest' }).click();
    const form = page.getByRole('dialog', { name: 'Enter as a guest' });
    await form.getByLabel('Name').fill('Gus');
    await form.getByLabel('The room’s id').fill(room.id);
    await form.getByRole('button', { name: 'Enter as a guest' }).click();
    await page.getByRole('status').getByText('Signed in as Gus.').waitFor();
    await write(page, 'query Test { me { name } }');
    await run(page);
    await result(page, '"Gus"');
    expect(faults).toEqual([]);
    await page.close();
  });
});
