import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import type { Seen, TesterJoin } from '../e2e/fixtures/sdk/main.ts';
import type { BuiltPage } from './browser.ts';
import { until } from './waiting.ts';

/** Longer than video takes over a bad network. */
const RECEIVES_MS = 110_000;

/** Builds a page from a folder with an `index.html`, for a server to serve. */
export async function buildPage(root: string): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'peerql-page-'));
  await build({
    configFile: false,
    root,
    base: './',
    logLevel: 'error',
    resolve: {
      alias: {
        '@peerql/client': fileURLToPath(new URL('../../src/client/index.ts', import.meta.url)),
      },
    },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', modulePreload: false },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A page with only the SDK. */
export function buildSdkPage(): Promise<BuiltPage> {
  return buildPage(fileURLToPath(new URL('../e2e/fixtures/sdk', import.meta.url)));
}

/**
 * A user of a page that has only the SDK, with a separate browser profile. Any error that the page throws makes {@link
 * close} fail.
 */
export class SdkPage {
  readonly page: Page;
  /** The id of the latest stay. */
  id = '';
  readonly #context: BrowserContext;
  readonly #faults: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.#faults.push(String(error)));
  }

  /**
   * Opens the page from the server, and creates an account; with null no account.
   * @param given a context that was prepared. Default: a new one
   */
  static async open(
    browser: Browser,
    url: string,
    name: string | null,
    given?: BrowserContext,
  ): Promise<SdkPage> {
    const context = given ?? (await browser.newContext());
    const one = new SdkPage(context, await context.newPage());
    await one.page.goto(url);
    if (name !== null) await one.page.evaluate((given) => window.tester.signUp(given), name);
    return one;
  }

  createRoom(): Promise<string> {
    return this.page.evaluate(async () => (await window.tester.client.createRoom()).id);
  }

  async join(roomId: string, options: Omit<TesterJoin, 'signal' | 'stream'> = {}): Promise<void> {
    this.id = await this.page.evaluate(([id, given]) => window.tester.join(id, given), [
      roomId,
      options,
    ] as const);
  }

  /** Joins without a microphone or a camera. */
  joinWithout(roomId: string): Promise<void> {
    return this.join(roomId, { withDevices: false });
  }

  seen(other: SdkPage): Promise<Seen> {
    return this.page.evaluate((id) => window.tester.seen(id), other.id);
  }

  /** Waits until this many more frames, and some sound, of the other have arrived. */
  async receives(other: SdkPage, frames = 10): Promise<Seen> {
    const before = await this.seen(other);
    let now = before;
    const arrived = async () => {
      now = await this.seen(other);
      const sounds = now.audioSamples > before.audioSamples;
      return sounds && now.framesDecoded >= before.framesDecoded + frames;
    };
    await until(arrived, 'pictures and sound of the other', RECEIVES_MS);
    return now;
  }

  /** All errors that the page threw or the call reported. */
  async faults(): Promise<string[]> {
    return [...this.#faults, ...(await this.page.evaluate(() => window.tester.errors))];
  }

  async close(): Promise<void> {
    await this.#context.close();
    if (this.#faults.length > 0) throw new Error(`The page threw: ${this.#faults.join('; ')}`);
  }
}
