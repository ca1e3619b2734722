import type { BrowserContextOptions, Page } from 'playwright-core';
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

/** People who are contacts of each other. */
export async function contacts<const Names extends readonly string[]>(
  { url }: Pick<ServedCallPage, 'url'>,
  names: Names,
): Promise<{ -readonly [Place in keyof Names]: Person }> {
  const graphql = `${url}/graphql`;
  const people: Person[] = [];
  for (const name of names) {
    const person = await register(graphql, name);
    for (const other of people) {
      const ask = { userId: other.accountId };
      await mutate(graphql, 'requestContact', ask, '__typename', person.headers);
      const answer = { userId: person.accountId, accepted: true };
      await mutate(graphql, 'answerContact', answer, '__typename', other.headers);
    }
    people.push(person);
  }
  return people as { -readonly [Place in keyof Names]: Person };
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
  await signIn(page, url, person);
  await page.goto(`${url}/?people`);
  await page.locator('[data-reach="connected"]').waitFor();
  return visitor;
}

/** Signs in a person at the browser of a page, whoever was signed in there before. */
export async function signIn(page: Page, url: string, person: Person): Promise<void> {
  await page.goto(url);
  await page.evaluate(async ({ email, password }) => {
    const query = `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`;
    const variables = { input: { email, password, delivery: 'COOKIE' } };
    const headers = { 'content-type': 'application/json' };
    await fetch('graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  }, person);
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

/** Waits until this device is shown the people, and neither rings nor is in a call. */
export async function idle(visitor: Visitor): Promise<void> {
  await visitor.page.getByTestId('people-screen').waitFor();
  await silent(visitor);
}

/** Waits for a toast. */
export async function told({ page }: Visitor, text: string): Promise<void> {
  await page.locator('#toast').getByText(text).waitFor();
}

/** Presses a button if it is still there: where two do something at once, it may be gone. */
export async function press({ page }: Visitor, testId: string, within = ''): Promise<void> {
  const selector = `${within} [data-testid="${testId}"]`;
  await page.evaluate((one) => document.querySelector<HTMLElement>(one)?.click(), selector);
}

/** Runs before the page's own code, and as text: it can use nothing of this file. */
function countSounds(): void {
  // What a test asks of a page counts as a touch for Chromium; here only a touch does.
  let touched = false;
  const touch = ({ isTrusted }: Event) => {
    touched ||= isTrusted;
  };
  addEventListener('pointerdown', touch, true);
  Object.defineProperty(navigator, 'userActivation', {
    value: {
      get hasBeenActive() {
        return touched;
      },
    },
  });
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
