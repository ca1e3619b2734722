import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { MeetingPage } from './meeting-page.ts';
import { createRoom, type Person, register } from './people.ts';
import { startServer, type TestServer } from './server.ts';

interface Running {
  readonly server: TestServer;
  readonly browser: Browser;
  /** Who makes the rooms, and is in none. */
  readonly host: Person;
}

/** A server with pages that are built for a test, and a browser, for the tests of the surrounding `describe`. */
export class FrameworkPages {
  #running: Running | null = null;
  readonly #open: MeetingPage[] = [];

  /**
   * @param build writes the pages into a folder
   * @param env what an operator would set; called after that
   */
  constructor(
    build: (folder: string) => Promise<void>,
    env: () => Readonly<Record<string, string>> = () => ({}),
  ) {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'peerql-frameworks-'));
      await build(folder);
      const server = await startServer({ env: env(), overrides: { pagesFolder: folder } });
      const host = await register(server.graphqlUrl, 'Host');
      this.#running = { server, host, browser: await launchBrowser('granted') };
    });
    afterEach(async () => {
      const open = this.#open.splice(0);
      await Promise.all(open.map((page) => page.close()));
      expect(open.flatMap(({ faults }) => faults)).toEqual([]);
    });
    afterAll(async () => {
      await this.#running?.browser.close();
      await this.#running?.server.close();
      await rm(folder, { recursive: true, force: true });
    });
  }

  get server(): TestServer {
    return this.#started.server;
  }

  /** Makes a room, which nobody is in; resolves to its id. */
  async newRoom(name: string): Promise<string> {
    const { server, host } = this.#started;
    return (await createRoom(server.graphqlUrl, host, { name })).id;
  }

  /** Opens an address in a browser profile of its own. */
  async open(address: string): Promise<MeetingPage> {
    const meeting = await this.#newPage();
    await meeting.page.goto(address);
    return meeting;
  }

  /** Somebody signs up, and opens one of the pages. */
  async visit(name: string, path: string): Promise<MeetingPage> {
    const meeting = await this.#newPage();
    await meeting.signUp(this.server.graphqlUrl, name);
    await meeting.page.goto(`${this.server.url}/${path}`);
    return meeting;
  }

  async #newPage(): Promise<MeetingPage> {
    const meeting = await MeetingPage.open(this.#started.browser);
    this.#open.push(meeting);
    return meeting;
  }

  get #started(): Running {
    if (this.#running === null) throw new Error('It has not started yet.');
    return this.#running;
  }
}
