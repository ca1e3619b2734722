import type { Browser } from 'playwright-core';
import type { Browser as Firefox } from 'puppeteer-core';
import type { Seen, TesterJoin } from '../e2e/fixtures/sdk/main.ts';
import { until } from './waiting.ts';

/** Longer than video takes on a busy machine. */
const RECEIVES_MS = 60_000;

/** A page of either browser. Arguments and results are passed as JSON. */
interface AnyPage {
  evaluate<Result>(
    run: (argument: string) => Result | Promise<Result>,
    argument: string,
  ): Promise<Result>;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
}

export type AnyBrowser = { readonly chromium: Browser } | { readonly firefox: Firefox };

async function openPage(
  browser: AnyBrowser,
  url: string,
  onFault: (fault: string) => void,
): Promise<AnyPage> {
  if ('chromium' in browser) {
    const context = await browser.chromium.newContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => onFault(String(error)));
    await page.goto(url);
    return {
      evaluate: (run, argument) => page.evaluate(run, argument),
      bringToFront: () => page.bringToFront(),
      close: () => context.close(),
    };
  }
  const context = await browser.firefox.createBrowserContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => onFault(String(error)));
  await page.goto(url);
  return {
    evaluate: (run, argument) => page.evaluate(run, argument),
    bringToFront: () => page.bringToFront(),
    close: () => context.close(),
  };
}

/** A user of a page that has only the SDK, in Chromium or Firefox, with a separate profile. */
export class Caller {
  /** The id of the latest stay. */
  id = '';
  readonly #page: AnyPage;
  readonly #faults: string[];

  private constructor(page: AnyPage, faults: string[]) {
    this.#page = page;
    this.#faults = faults;
  }

  /** Opens the page from the server, and creates an account. */
  static async open(browser: AnyBrowser, url: string, name: string): Promise<Caller> {
    const faults: string[] = [];
    const page = await openPage(browser, url, (fault) => faults.push(fault));
    const caller = new Caller(page, faults);
    await caller.run((given) => window.tester.signUp(given), name);
    return caller;
  }

  run<Result>(run: (argument: string) => Result | Promise<Result>, argument = ''): Promise<Result> {
    return this.#page.evaluate(run, argument);
  }

  /** Puts the page in front of others: Firefox draws hidden ones seldom. */
  show(): Promise<void> {
    return this.#page.bringToFront();
  }

  createRoom(): Promise<string> {
    return this.run(async () => (await window.tester.client.createRoom()).id);
  }

  async join(roomId: string, options: Omit<TesterJoin, 'signal' | 'stream'> = {}): Promise<void> {
    this.id = await this.run(
      (given) => {
        const { room, ...rest } = JSON.parse(given);
        return window.tester.join(room, rest);
      },
      JSON.stringify({ ...options, room: roomId }),
    );
  }

  /** Joins without a microphone or a camera. */
  joinWithout(roomId: string): Promise<void> {
    return this.join(roomId, { withDevices: false });
  }

  /** Waits until what is sent to the others directly goes out. */
  async sends(): Promise<void> {
    await this.sees(() => window.tester.call.snapshot.participants.length > 0, 'somebody');
    const failure = () =>
      this.run(() => window.tester.failure(window.tester.call.send('Are you there?')));
    await until(async () => (await failure()) === null, 'a message that goes out', RECEIVES_MS);
  }

  seen(id: string): Promise<Seen> {
    return this.run((given) => window.tester.seen(given), id);
  }

  /** The first of the other participants, as the page shows them. */
  other(): Promise<{ id: string; peerState: string; quality: string; screen: boolean } | null> {
    return this.run(() => {
      const [view] = window.tester.call.snapshot.participants;
      if (view === undefined) return null;
      const { id, peerState, quality, screen } = view;
      return { id, peerState, quality, screen: screen !== null };
    });
  }

  /** Waits until the condition holds in the page. */
  async sees(condition: (argument: string) => boolean, what: string, argument = ''): Promise<void> {
    await until(() => this.run(condition, argument), what, RECEIVES_MS);
  }

  /** Waits until this many more frames, and some sound, of the first of the others have arrived. */
  async receives(frames = 10): Promise<void> {
    let before: Seen | null = null;
    const arrived = async () => {
      const id = (await this.other())?.id;
      if (id === undefined) return false;
      const now = await this.seen(id);
      // The counters of a new connection start at zero.
      if (before === null || now.framesDecoded < before.framesDecoded) before = now;
      const sounds = now.audioSamples > before.audioSamples;
      return sounds && now.framesDecoded >= before.framesDecoded + frames;
    };
    await until(arrived, 'pictures and sound of the other', RECEIVES_MS);
  }

  async #pictures(): Promise<number> {
    return (await this.seen((await this.other())?.id ?? '')).framesDecoded;
  }

  /** Waits until further pictures of the first of the others have arrived. */
  async seesPictures(): Promise<void> {
    const before = await this.#pictures();
    await until(async () => (await this.#pictures()) > before + 5, 'pictures', RECEIVES_MS);
  }

  /** Waits until the pictures of the first of the others stand still for a second. */
  async seesNoPictures(): Promise<void> {
    let [frames, since] = [await this.#pictures(), performance.now()];
    const still = async () => {
      const now = await this.#pictures();
      if (now !== frames) [frames, since] = [now, performance.now()];
      return performance.now() - since > 1_000;
    };
    await until(still, 'the end of the pictures', RECEIVES_MS);
  }

  /** What the page knows of its call, for the message of a failure. */
  state(): Promise<string> {
    return this.run(() => {
      const { call, negotiated, errors } = window.tester;
      const { state, end, participants } = call.snapshot;
      const others = participants.map(({ id, peerState, connection }) => [
        id,
        peerState,
        connection,
      ]);
      return JSON.stringify({
        state,
        end,
        others,
        connections: negotiated(),
        errors: errors.slice(-5),
      });
    });
  }

  /** All errors that the page threw or the call reported. */
  async faults(): Promise<string[]> {
    return [...this.#faults, ...(await this.run(() => window.tester.errors))];
  }

  /** Forgets errors that the test has made itself. */
  async forgive(part: string): Promise<void> {
    const others = this.#faults.filter((fault) => !fault.includes(part));
    this.#faults.splice(0, this.#faults.length, ...others);
    await this.run((given) => {
      const { errors } = window.tester;
      errors.splice(0, errors.length, ...errors.filter((error) => !error.includes(given)));
    }, part);
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}
