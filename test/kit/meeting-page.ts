import { print } from 'graphql';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { RegisterDocument } from '../../src/client/generated/graphql.ts';
import { registerSecretsOf } from './kept-logs.ts';

const VIDEO_MS = 60_000;

/** Frames that have to be shown before a video counts as playing. */
const FRAMES = 10;

let visitors = 0;

/** A page that shows a call by the elements, of somebody with a browser profile of their own. */
export class MeetingPage {
  readonly page: Page;
  /** What the page threw, or wrote to the console as an error. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
  }

  static async open(browser: Browser): Promise<MeetingPage> {
    return new MeetingPage(await (await browser.newContext()).newPage());
  }

  /** Makes an account; the page gets the session as a cookie. */
  async signUp(graphqlUrl: string, name: string): Promise<void> {
    visitors += 1;
    const email = `${name.toLowerCase()}-${process.pid}-${visitors}@example.com`;
    const input = { name, email, password: 'correct horse battery', delivery: 'COOKIE' };
    registerSecretsOf(input);
    const query = print(RegisterDocument);
    const answer = await this.page.request.post(graphqlUrl, {
      data: { query, variables: { input } },
    });
    const { data } = await answer.json();
    expect(data.register.__typename).toBe('RegisterSuccess');
  }

  /** The tile of somebody else, by what it shows. */
  tile(name: string, attributes = ''): Locator {
    return this.page.locator(`[data-testid="tile"][data-name="${name}"]${attributes}`);
  }

  /** Resolves when the picture of somebody else plays. */
  async sees(name: string): Promise<void> {
    const video = this.tile(name).locator('video');
    await video.waitFor({ timeout: VIDEO_MS });
    const frames = () =>
      video.evaluate((one) => (one as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
    await expect.poll(frames, { timeout: VIDEO_MS }).toBeGreaterThan(FRAMES);
  }

  /** Resolves when somebody has left. */
  misses(name: string): Promise<void> {
    return this.tile(name).waitFor({ state: 'detached', timeout: VIDEO_MS });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
