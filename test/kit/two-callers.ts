import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Launched } from './both-browsers.ts';
import type { BuiltPage } from './browser.ts';
import { Caller } from './caller.ts';
import { buildSdkPage } from './sdk-page.ts';
import { startServer, type TestServer } from './server.ts';

/** Two people for all tests of a block. After each of them both leave. */
export function openTwoCallers(
  launch: () => Promise<Launched>,
): Pick<TwoCallers, 'ann' | 'bob' | 'meet' | 'part'> {
  let two: TwoCallers;
  beforeAll(async () => {
    two = await TwoCallers.open(launch);
  });
  afterEach(() => two.part());
  afterAll(() => two?.close());
  return {
    get ann() {
      return two.ann;
    },
    get bob() {
      return two.bob;
    },
    meet: () => two.meet(),
    part: () => two.part(),
  };
}

/** Two people with a page each, who meet in one room after the other. */
class TwoCallers {
  readonly ann: Caller;
  readonly bob: Caller;
  readonly #close: () => Promise<void>;

  private constructor(ann: Caller, bob: Caller, close: () => Promise<void>) {
    this.ann = ann;
    this.bob = bob;
    this.#close = close;
  }

  static async open(launch: () => Promise<Launched>): Promise<TwoCallers> {
    const built: BuiltPage = await buildSdkPage();
    const server: TestServer = await startServer({ overrides: { pagesFolder: built.folder } });
    const browser = await launch();
    const close = async () => {
      await browser.close();
      await server.close();
      await built.remove();
    };
    const ann = await Caller.open(browser, server.url, 'Ann');
    return new TwoCallers(ann, await Caller.open(browser, server.url, 'Bob'), close);
  }

  /** Both are in a new room, with nothing switched on, and connected to each other. */
  async meet(): Promise<string> {
    const { ann, bob } = this;
    const roomId = await ann.createRoom();
    for (const one of [ann, bob]) await one.joinWithout(roomId);
    await ann.show();
    await Promise.all([ann.sends(), bob.sends()]);
    return roomId;
  }

  /** Both leave; nothing is left over and nothing has failed. */
  async part(): Promise<void> {
    for (const one of [this.ann, this.bob]) {
      const left = await one.run(() => {
        window.tester.leave();
        return window.tester.counts();
      });
      expect(left).toMatchObject({ connections: 0, liveTracks: 0 });
      expect(await one.faults()).toEqual([]);
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}
