import type { BrowserContextOptions } from 'playwright-core';
import { Visitor } from './call-page.ts';
import { mutate } from './mutate.ts';
import { type Person, register } from './people.ts';
import type { ServedCallPage } from './served-call-page.ts';

declare global {
  interface Window {
    /** How many sounds play in this page. */
    sounds: number;
  }
}

/** Two people who are contacts of each other. */
export async function contacts(
  { url }: Pick<ServedCallPage, 'url'>,
  ...names: [string, string]
): Promise<[Person, Person]> {
  const graphql = `${url}/graphql`;
  const [one, other] = [await register(graphql, names[0]), await register(graphql, names[1])];
  const ask = { userId: other.accountId };
  await mutate(graphql, 'requestContact', ask, '__typename', one.headers);
  const answer = { userId: one.accountId, accepted: true };
  await mutate(graphql, 'answerContact', answer, '__typename', other.headers);
  return [one, other];
}

/** A device of somebody: a browser profile that is signed in, and shows the people whom they know. */
export async function deviceOf(
  person: Person,
  { browser, url }: Pick<ServedCallPage, 'browser' | 'url'>,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await Visitor.open(browser, person.name, options);
  await visitor.context.addInitScript(countSounds);
  const { page } = visitor;
  await page.goto(url);
  await page.evaluate(async ({ email, password }) => {
    const query = `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`;
    const variables = { input: { email, password, delivery: 'COOKIE' } };
    const headers = { 'content-type': 'application/json' };
    await fetch('graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  }, person);
  await page.goto(`${url}/?people`);
  await page.locator('[data-reach="connected"]').waitFor();
  return visitor;
}

/** Presses the button that calls a contact. */
export async function call({ page }: Visitor, name: string, media = 'video'): Promise<void> {
  const contact = page.locator(`[data-testid="contact"][data-name="${name}"]`);
  await contact.getByTestId(`call-${media}`).click();
}

/** Waits until a call rings. */
export async function rung({ page }: Visitor): Promise<void> {
  await page.getByTestId('incoming').waitFor();
}

/** Waits until nothing rings, and nothing sounds any more. */
export async function silent({ page }: Visitor): Promise<void> {
  await page.getByTestId('incoming').waitFor({ state: 'hidden' });
  await page.waitForFunction(() => window.sounds === 0);
}

/** Waits for a toast. */
export async function told({ page }: Visitor, text: string): Promise<void> {
  await page.locator('#toast').getByText(text).waitFor();
}

/** Runs before the page's own code, and as text: it can use nothing of this file. */
function countSounds(): void {
  window.sounds = 0;
  const { start, stop } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (...args) {
    window.sounds += 1;
    return start.apply(this, args);
  };
  AudioBufferSourceNode.prototype.stop = function (...args) {
    window.sounds -= 1;
    return stop.apply(this, args);
  };
}
