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

  /** Opens it signed in by cookie, with a document whose operation is called `Test` in the editor. */
  async function open(query: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    await page.goto(server.url);
    await page.request.post(server.graphqlUrl, {
      headers: { origin: new URL(server.url).origin },
      data: {
        query: `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`,
        variables: { input: { email: ann.email, password: ann.password } },
      },
    });
    await page.goto(server.graphqlUrl);
    const editor = page.locator('.graphiql-query-editor');
    await editor.locator('.view-line').first().waitFor();
    // It comes with a comment in it, some time after it is shown.
    await editor.getByText('PeerQL').waitFor();
    await editor.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(query);
    // The tab takes the operation's name as soon as the page has taken what was typed.
    await page.getByRole('tab', { name: 'Test' }).waitFor();
    return { page, faults };
  }

  it('runs a query', async () => {
    const { page, faults } = await open('query Test { me { name } }');
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window').getByText('"Ann"').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('runs a subscription', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    const { page, faults } = await open(
      `subscription Test { roomEvents(roomId: "${room.id}") { __typename cursor } }`,
    );
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window').getByText('"RoomSnapshot"').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
