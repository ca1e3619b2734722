import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { expect } from 'vitest';
import { registerSecrets } from './kept-logs.ts';

declare global {
  interface Window {
    /** Every toast so far. */
    toasts: string[];
  }
}

const PASSWORD = 'correct horse battery staple';
let visitors = 0;

/** How long a step may take that depends on a connection between browsers, in milliseconds. */
const CONNECTION_MS = 30_000;

/**
 * A user of the call page, with a separate browser profile. Any error that the page throws makes {@link close} fail.
 */
export class Visitor {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #faults: string[] = [];

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.#faults.push(String(error)));
    page.on('console', (message) => {
      // A violation of the Content-Security-Policy appears only in the console.
      if (message.text().includes('Content Security Policy')) this.#faults.push(message.text());
    });
  }

  static async open(
    browser: Browser,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    return new Visitor(name, context, await context.newPage());
  }

  /** Creates an account with the form that is shown. */
  async signUp(): Promise<void> {
    visitors += 1;
    const address = this.name.toLowerCase().replaceAll(/[^a-z]/g, '');
    await this.page.getByTestId('name').fill(this.name);
    await this.page.getByTestId('email').fill(`${address}-${visitors}@example.com`);
    await this.page.getByTestId('password').fill(PASSWORD);
    registerSecrets(PASSWORD);
    await this.page.getByTestId('submit').click();
  }

  /** Signs up at the page's address and creates a room; resolves to its link. */
  async host(url: string, roomName: string): Promise<string> {
    await this.page.goto(url);
    await this.signUp();
    await this.page.getByTestId('room-name').fill(roomName);
    await this.page.getByTestId('create-room').click();
    await this.page.getByTestId('lobby').waitFor();
    return this.page.url();
  }

  /** Opens an invitation, signs up, and stops in the lobby. */
  async accept(link: string): Promise<void> {
    await this.page.goto(link);
    await this.signUp();
    await this.page.getByTestId('lobby').waitFor();
  }

  /** Joins the call from the lobby. */
  async join(): Promise<void> {
    await this.page.getByTestId('join').click();
    await this.page.getByTestId('call').waitFor();
  }

  /** Opens another tab with the same profile. It is closed together with this one. */
  async openTab(): Promise<Visitor> {
    return new Visitor(this.name, this.context, await this.context.newPage());
  }

  /** Waits for a notice of the page. */
  async notice(kind: string): Promise<void> {
    await this.page.locator(`[data-testid="notice"][data-kind="${kind}"]`).waitFor();
  }

  /** The elements that are not completely inside the window, by test id. */
  overflow(): Promise<string[]> {
    // A locator finds what is in shadow trees, too.
    return this.page.locator('[data-testid]').evaluateAll((elements) =>
      elements
        .filter((element) => element instanceof HTMLElement)
        .filter((element) => {
          const { left, top, right, bottom, width } = element.getBoundingClientRect();
          const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
          return width > 0 && !inside;
        })
        .map((element) => element.getAttribute('data-testid') ?? ''),
    );
  }

  /** The test id of what has the keyboard, also inside of an element. */
  focused(): Promise<string | null> {
    return this.page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.getAttribute('data-testid') ?? null;
    });
  }

  /** Resolves to the time of the next click on this page, by the machine's clock. */
  timeOfClick(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise((resolve) => {
          const note = () => resolve(Date.now());
          document.addEventListener('click', note, { capture: true, once: true });
        }),
    );
  }

  /** Resolves to the time when somebody's tile disappears from this page, by the machine's clock. */
  timeOfLoss(name: string): Promise<number> {
    return this.tile(name).evaluate(
      (tile) =>
        new Promise((resolve) => {
          // Not a MutationObserver: the stage around the tile may be what goes.
          const look = () => {
            if (tile.isConnected) setTimeout(look, 10);
            else resolve(Date.now());
          };
          look();
        }),
    );
  }

  tile(name: string): Locator {
    return this.page.locator(`[data-testid="tile"][data-name="${name}"]`);
  }

  /** Resolves when somebody's video plays on this page: new frames are decoded, and they are not black. */
  async sees(name: string): Promise<void> {
    await this.#moves(this.tile(name).locator('video'), name);
  }

  /** The same for somebody's shared screen. */
  async seesScreenOf(name: string): Promise<void> {
    const tile = this.page.getByTestId('screen-tile').filter({ hasText: name });
    await this.#moves(tile.locator('video'), `the screen of ${name}`);
  }

  async #moves(video: Locator, name: string): Promise<void> {
    await video.waitFor({ timeout: CONNECTION_MS });
    const before = await frames(video);
    await expect
      .poll(() => frames(video), { timeout: CONNECTION_MS, message: `${this.name} sees ${name}` })
      .toBeGreaterThan(before + 10);
    await expect
      .poll(() => brightness(video), { timeout: CONNECTION_MS, message: `${name} is not black` })
      .toBeGreaterThan(20);
  }

  /** Resolves when somebody's sound can be heard on this page. */
  async hears(name: string): Promise<void> {
    const video = this.tile(name).locator('video');
    await expect
      .poll(() => loudness(video), {
        timeout: CONNECTION_MS,
        message: `${this.name} hears ${name}`,
      })
      .toBeGreaterThan(0.01);
  }

  /** Remembers toasts from now on, which are gone after a while. */
  rememberToasts(): Promise<void> {
    return this.page.evaluate(() => {
      window.toasts = [];
      const place = document.getElementById('toast');
      if (place === null) throw new Error('There is no place for toasts.');
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const added of addedNodes) window.toasts.push(added.textContent ?? '');
        }
      }).observe(place, { childList: true });
    });
  }

  toasts(): Promise<string[]> {
    return this.page.evaluate(() => window.toasts);
  }

  /** The number of this load of the page; it changes with a reload. */
  loads(): Promise<number> {
    return this.page.evaluate(() => performance.timeOrigin);
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.#faults, `faults in the page of ${this.name}`).toEqual([]);
  }
}

function frames(video: Locator): Promise<number> {
  return video.evaluate(
    (element) => (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames,
  );
}

/** The mean of red, green and blue in the video's picture, from 0 to 255. */
function brightness(video: Locator): Promise<number> {
  return video.evaluate((element) => {
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 32;
    const context = canvas.getContext('2d');
    if (context === null) return 0;
    context.drawImage(element as HTMLVideoElement, 0, 0, 32, 32);
    const { data } = context.getImageData(0, 0, 32, 32);
    return data.reduce((sum, value) => sum + value, 0) / (data.length * 0.75) - 255 / 3;
  });
}

/** The largest sample within two seconds, from 0 to 1. The fake microphone beeps once a second. */
function loudness(video: Locator): Promise<number> {
  return video.evaluate(async (element) => {
    const stream = (element as HTMLVideoElement).srcObject as MediaStream;
    const context = new AudioContext();
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    const until = performance.now() + 2_000;
    while (performance.now() < until && loudest < 0.02) {
      await new Promise(requestAnimationFrame);
      analyser.getFloatTimeDomainData(samples);
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    }
    await context.close();
    return loudest;
  });
}
