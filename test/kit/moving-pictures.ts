import { expect } from 'vitest';
import type { BuiltPage } from './browser.ts';
import { type AnyBrowser, Caller } from './caller.ts';
import { buildSdkPage } from './sdk-page.ts';
import { startServer, type TestServer } from './server.ts';
import { until } from './waiting.ts';

/** How long a picture may stand still after the fault is over. */
export const BACK_MS = 3_000;
/** The same where an address is gone, which nothing tells at once. */
export const ADDRESS_MS = 4_000;
/** What a picture that flows on may stumble on a machine with few cores. */
export const STUMBLE_MS = 1_500;
/** On a machine that does other work as well, browsers take their time. */
const SLACK_MS = process.env.CI === 'true' ? 2_000 : 0;

/** Calls whose pictures are watched, with all that is started for them. */
export class MovingPictures {
  #built: BuiltPage | null = null;
  readonly #ends: (() => Promise<void>)[] = [];

  get folder(): string {
    return this.#built?.folder ?? '';
  }

  async build(): Promise<void> {
    this.#built = await buildSdkPage();
  }

  /** Closes `made` at the end of the test. */
  later<Made extends { close(): Promise<void> }>(made: Made): Made {
    this.#ends.push(() => made.close());
    return made;
  }

  /** Closes all that was started for a test. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }

  async remove(): Promise<void> {
    await this.#built?.remove();
  }

  async serve(env: Record<string, string> = {}, dataDir?: string): Promise<TestServer> {
    return await startServer({
      overrides: { pagesFolder: this.folder },
      env,
      ...(dataDir === undefined ? {} : { dataDir }),
    });
  }

  /** Two who see and hear each other, and watch each other's picture. */
  async meet(
    [near, nearUrl]: readonly [AnyBrowser, string],
    [far, farUrl]: readonly [AnyBrowser, string],
    options: Parameters<Caller['join']>[1] = {},
  ): Promise<[Caller, Caller]> {
    const ann = this.later(await Caller.open(near, nearUrl, 'Ann'));
    const bob = this.later(await Caller.open(far, farUrl, 'Bob'));
    const roomId = await ann.createRoom();
    await ann.join(roomId, options);
    await bob.join(roomId, options);
    await Promise.all([ann.receives(), bob.receives()]);
    await watch(ann, bob);
    return [ann, bob];
  }
}

/** From now on the pictures of these are watched. */
export async function watch(...callers: Caller[]): Promise<void> {
  for (const one of callers) await one.run(() => window.tester.watchPicture());
}

/**
 * Waits until all see new pictures, prints and checks how long each has seen none.
 * @param mostMs how long that may be
 * @param faultMs how long the fault itself lasted, which does not count
 */
export async function expectBack(
  what: string,
  mostMs: number,
  callers: readonly Caller[],
  faultMs = 0,
): Promise<void> {
  const gaps = (await stoodStill(callers)).map((gap) => gap - faultMs);
  console.log(`${what}: the pictures stood still for ${gaps.join(' and ')} ms`);
  for (const gap of gaps) expect(gap, what).toBeLessThan(mostMs + SLACK_MS);
}

async function stoodStill(callers: readonly Caller[]): Promise<number[]> {
  const before = await Promise.all(callers.map((one) => one.run(() => window.tester.picture())));
  const gaps: number[] = [];
  for (const [index, one] of callers.entries()) {
    await until(
      async () =>
        (await one.run(() => window.tester.picture())).frames >= (before[index]?.frames ?? 0) + 10,
      'pictures that move',
      60_000,
    ).catch(async (error) => {
      const states = await Promise.all(callers.map((each) => each.state()));
      throw new Error(`${error.message} ${states.join(' ')}`);
    });
    gaps.push((await one.run(() => window.tester.picture())).longestMs);
  }
  return gaps.map(Math.round);
}
